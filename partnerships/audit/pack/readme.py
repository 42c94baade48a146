"""What a pack's README.txt says."""

README = """\
AUDIT PACK

This folder holds histories of partnerships: who decided what, when, on what evidence, under which version
of the policy. It can be verified without a network, without a database, and without trusting its keeper.

To verify it, with Python 3.9 or later and nothing else:

    python3 verify.py

and, if you kept a checkpoint of an earlier pack, or know the keeper's key from elsewhere:

    python3 verify.py --checkpoint OLDER_CHECKPOINT.txt --key KEY

It ends with "Verified." or with what was found and where. It always lists what it did not check. Keep
checkpoint.txt: with it, the next pack can be held to this one.

    manifest.json            what this pack is of: log, size, partnerships, contents, control totals
    entries.jsonl            the entries, one a line: ids, codes, days, commitments
    index.txt                line by line, where each entry is in the log (from 0)
    contents.jsonl           what entries say, each with its salt; only where it was asked for
    log.txt                  every leaf of the log, in order
    checkpoint.txt           the signed head of the log on which all of this rests
    older-checkpoints.jsonl  earlier signed heads
    heads.jsonl              in a pack of some partnerships: the proof that each history is whole
    keys.txt                 the public key that signed first
    key-statements.jsonl     how later keys were put in force
    policies/, settings/     the documents that entries name by their digest
    SHA256SUMS               the digest of each file; `sha256sum -c SHA256SUMS` checks them too
    verify.py                the verifier, one file, made to be read

This README and verify.py are covered by SHA256SUMS alone, which is not signed. To be sure of verify.py,
take it from a release of the project.
"""
