"""The policy versions and settings at hand, by the digests that entries name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from partnerships.audit.judging.verdict import Why
from partnerships.errors import BadRequest
from partnerships.lifecycle.entries import Entry, Under
from partnerships.lifecycle.policy import Policy
from partnerships.lifecycle.settings import Settings


class Books:
    """What decisions can be judged under: the service's own policies, and those handed over beside them."""

    def __init__(self, policies: Iterable[Policy]) -> None:
        self.policies = list(policies)
        self._versions = {Under(policy.version, policy.digest): policy for policy in self.policies}
        self._by_digests = {
            (Under(policy.version, policy.digest), policy.settings_digest): policy for policy in self.policies
        }
        self.settings = {policy.settings_digest: policy.settings for policy in self.policies}

    def add(self, kept: Iterable[Settings]) -> None:
        """Take settings that the database keeps, under every version that is at hand."""
        for settings in kept:
            self.settings.setdefault(settings.digest, settings)
            for under, version in self._versions.items():
                if (under, settings.digest) not in self._by_digests:
                    self._by_digests[under, settings.digest] = replace(version, settings=settings)

    def of(self, entry: Entry) -> Policy | Why:
        """Give the policy that an entry names, or why it is not at hand."""
        if entry.policy is None:
            return Why.UNREADABLE
        policy = self._by_digests.get((entry.policy, entry.settings))
        if policy is not None:
            return policy
        return Why.SETTINGS if entry.policy in self._versions else Why.POLICY

    def version(self, name: str) -> Policy:
        """Give a version by its name; raises BadRequest where there is none."""
        for policy in self.policies:
            if policy.version == name:
                return policy
        known = ", ".join(sorted({policy.version for policy in self.policies}))
        raise BadRequest(f"there is no policy version {name!r} here; there is {known}")
