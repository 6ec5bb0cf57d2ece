"""Runs guides, each as often as wanted.

    python3 -B guides.py [--times N] [--run UUID] [registry] [distributor] [investment_platform] [issuance]

With a run of one's own the keys are those of every other time with that run, and so is all that is printed.
"""

import argparse
import uuid

import distributor
import investment_platform
import issuance
import registry
from api import Api

GUIDES = {module.__name__: module for module in (registry, distributor, investment_platform, issuance)}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("guides", nargs="*", default=list(GUIDES))
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--run", type=uuid.UUID, default=None)
    arguments = parser.parse_args()
    base = arguments.run or uuid.uuid4()
    for name in arguments.guides:
        for number in range(arguments.times):
            with Api(GUIDES[name].SCOPES, uuid.uuid5(base, f"{name} {number}")) as api:
                print(f"{name}: {GUIDES[name].run(api)}")


if __name__ == "__main__":
    main()
