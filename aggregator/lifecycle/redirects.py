"""Permanent redirects: followed for good only once the new address has proved to be the feed."""

from dataclasses import replace

from aggregator.model import FeedState, FetchResult, Reason, ReasonCode, Validators

# Captive portals and parked domains send permanent redirects too, but do not respond with a feed, twice.
PROOFS = 2
# After this many failures in a row at the new address, the address that the admin wrote is polled again.
_PATIENCE = 5


def after_good_poll(state: FeedState, answer: FetchResult) -> FeedState:
    """Return the state of a feed whose poll led to a real feed, moved if that is the second proof.

    Only an unbroken chain of 301 and 308 counts (`Answer.moved_to`); a 302, 303 or 307 is followed but not
    remembered.
    """
    target = answer.moved_to
    if target is None or target == state.address:
        return replace(state, moved_to=None, moved_seen=0)
    seen = state.moved_seen + 1 if target == state.moved_to else 1
    if seen < PROOFS:
        return replace(state, moved_to=target, moved_seen=seen)
    # Validators stay with the address that they came from.
    validators = state.validators if target == answer.final_address else Validators()
    return replace(state, address=target, validators=validators, moved_to=None, moved_seen=0)


def after_failure(state: FeedState, url: str) -> FeedState:
    """Return the state after a failed poll, moved back to the admin's `url` if the new address failed too often."""
    if state.address == url or state.failures < _PATIENCE:
        return state
    return replace(
        state,
        address=url,
        validators=Validators(),
        moved_to=None,
        moved_seen=0,
        why=(*state.why, Reason(ReasonCode.MOVED_BACK, text=state.address)),
    )
