"""Labels for the states of sources."""

from aggregator import store
from aggregator.model import State
from aggregator.translations import N_
from aggregator.translations import gettext as _

STATES = {
    State.FAILING.value: N_("failing"),
    State.ON_HOLD.value: N_("on hold"),
    State.GONE.value: N_("gone"),
    State.NEW.value: N_("new"),
    State.OK.value: N_("ok"),
    store.OFF: N_("switched off"),
}


def state_in_words(state: str) -> str:
    """Return the label of a state."""
    return _(STATES[state])
