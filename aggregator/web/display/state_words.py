"""What a reader calls the state of a source."""

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
    """Return the words for a state as the store names it."""
    return _(STATES[state])
