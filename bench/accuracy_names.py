"""Made-up companies and products, and how other systems write them: the input of accuracy.py.

Development and held-out names share neither their parts nor their seeds, and most kinds of variation are in one of
the two only. Names without a true partner are near misses: a sibling's name, another tier, another model.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

Vary = Callable[[str, random.Random], str]


@dataclass(frozen=True)
class Asked:
    """A name as another system writes it, what it truly means (None: nothing in the catalog), and what was done to it."""

    name: str
    truth: str | None
    kind: str


@dataclass(frozen=True)
class World:
    """A catalog's names and the names that are looked up in it."""

    title: str
    candidates: list[str]
    asked: list[Asked]


# Each pair of pools: development, held out.
PLACES = (
    "Harbor Maple Cedar Granite Summit Prairie Foxglove Lakeside Ironwood Redwood Whitcomb Tidewater Juniper Falcon "
    "Birchwood Silverline Kestrel Meridian Orchard Willow Pinecrest Copper Lantern Quarry Sagebrush Müller Beaulieu "
    "Émond O'Brien Dunmore Fernhill Eastgate Thornbury Violet Xandu Zephyr Nettle Northfork Pebble Ravenrock",
    "Alder Bramble Coral Driftwood Evergreen Flint Glacier Hawthorn Indigo Jasper Keystone Larch Mistral Nimbus Opal "
    "Pelican Quill Rosemont Starling Tamarack Umber Valerian Wexford Yarrow Zinnia Gauthier Lévesque Søndergaard "
    "Schröder McAllister D'Angelo Ashgrove Brookfield Calloway Davenport Ellery Fairmont Greystone Holloway Kingsley",
)
MIDDLES = (
    "Valley Ridge River Bay Point Creek Hill Grove Lane Field",
    "Harbour Shore Canyon Meadow Bend Crossing Gate Mill Park Falls",
)
TRADES = (
    ["Dental", "Legal", "Engineering", "Insurance", "Plastics", "Veterinary", "Freight", "Architects", "Roofing",
     "Manufacturing", "Pharmacy", "Realty", "Publishing", "Landscape", "Brewing"],
    ["Orthopaedics", "Accounting", "Construction", "Logistics", "Catering", "Chiropractic", "Textiles", "Marine Survey",
     "Optical", "Electric", "Nursery", "Printing", "Mortgage", "Plumbing", "Bakery"],
)  # fmt: skip
TAILS = (
    ["Group", "Partners", "Services", "Clinic", "Lab"],
    ["Associates", "Holdings", "Centre", "Works", "Solutions", "Studio"],
)
FORMS = (
    ["LLC", "Inc.", "Ltd.", "Corp.", ""],
    ["GmbH", "PLLC", "S.A.", "Pty Ltd", "Limited", "LLP", "B.V.", "", "& Co."],
)
SUITES = (["Contoso Office", "Northwind Mail", "Guardia Endpoint", "Vaulta Backup"],
          ["Fabrikam Workspace", "Tailspin Voice", "Sentrio Identity", "Relia Archive", "Wingtip Insight"])  # fmt: skip
TIERS = (["E1", "E3", "E5", "Business Basic", "Business Premium", "Plan 1", "Plan 2"],
         ["F1", "F3", "G5", "Essentials", "Standard", "Professional", "P1", "P2", "Plan 3"])  # fmt: skip
BRANDS = ("Acura Belmont Corsa Dynex Elgar Fulton", "Garant Helix Ikari Jolt Kenmar Lumen Novaro")
THINGS = (
    ["Turntable", "Memory Card", "Digital Camera", "LCD Monitor", "Laser Printer", "Wireless Router", "Headphones"],
    ["Coffee Maker", "Blu-ray Player", "Subwoofer", "External Hard Drive", "Cordless Phone", "Dishwasher", "Camcorder"],
)
SPECS = (["8GB", "16GB", "black", "silver", "19 inch", "22 inch", "with remote"],
         ["500 GB", "1TB", "white", "stainless steel", "2-pack", "refurbished", "5.8 GHz"])  # fmt: skip


def companies(seed: int, held: bool, size: int) -> World:
    """Companies with siblings (same stem, other tail) in the catalog."""
    chance = random.Random(f"companies {seed} {held}")
    places, middles = PLACES[held].split(), MIDDLES[held].split()
    pairs = {f"{a} & {b}" for a, b in pairwise(places)}
    stems = sorted({f"{p} {m}" for p in places for m in middles} | set(places) | pairs)
    catalog, absent, plain = [], [], []
    for stem in chance.sample(stems, min(size, len(stems))):
        trade = chance.choice(TRADES[held])
        tails = chance.sample(TAILS[held], 3)
        names = [f"{stem} {trade} {tail} {chance.choice(FORMS[held])}".strip() for tail in tails]
        many = chance.random() < 0.25
        catalog += names[: 2 if many else 1]
        if chance.random() < 0.3:
            absent.append(Asked(names[2], None, "sibling that is not there"))
        if many:
            absent.append(Asked(f"{stem} {trade}", None, "either of two siblings"))
        else:
            plain.append(names[0])
    free = [one for one in stems if not any(name.startswith(one + " ") for name in catalog)]
    absent += [
        Asked(f"{one} {chance.choice(TRADES[held])} {chance.choice(TAILS[held])}", None, "unknown company")
        for one in free[: size // 5]
    ]
    kinds = COMPANY[held]
    asked = [_varied(name, kinds, chance, name in plain) for name in catalog for _ in range(2)]
    return World("companies", catalog, _clean(asked + absent, catalog))


def licences(seed: int, held: bool) -> World:
    """Licences: families with tiers that differ in one sign, as distributors write them."""
    chance = random.Random(f"licences {seed} {held}")
    full = [f"{suite} {tier}" for suite in SUITES[held] for tier in TIERS[held]]
    catalog = sorted(chance.sample(full, len(full) * 2 // 3))
    absent = [Asked(_noted(name, chance), None, "tier that is not there") for name in full if name not in catalog]
    absent += [
        Asked(f"{name} {word}", None, "another product")
        for name in catalog
        for word in [("Add-on", "Migration Service")[held]]
    ]
    asked = [_varied(name, LICENCE[held], chance, True) for name in catalog for _ in range(4)]
    return World("licences", catalog, _clean(asked + absent, catalog))


def goods(seed: int, held: bool, size: int) -> World:
    """Goods with model numbers; neighbours in a series differ in a digit."""
    chance = random.Random(f"goods {seed} {held}")
    catalog, absent = [], []
    for _ in range(size):
        brand, thing = chance.choice(BRANDS[held].split()), chance.choice(THINGS[held])
        letters, number = (
            "".join(chance.choices("ABCDEFGHKLMNPRSTX", k=chance.choice((2, 3)))),
            chance.randrange(10, 990) * 10,
        )
        tail = chance.choice(("", "A", "B", "X", "W"))
        names = [f"{brand} {letters}-{number + step}{tail} {thing} {chance.choice(SPECS[held])}" for step in (0, 5, 2)]
        catalog += names[: chance.choice((1, 1, 2))]
        absent.append(Asked(names[2].rpartition(" ")[0], None, "another model of the series"))
    asked = [_varied(name, GOODS[held], chance, True) for name in catalog]
    return World("goods", catalog, _clean(asked + absent[: len(catalog) // 3], catalog))


def _clean(asked: Sequence[Asked], catalog: Sequence[str]) -> list[Asked]:
    """Without names that could mean another entry of the catalog as well as their own."""
    folded = {re.sub(r"\W", "", name.lower()): name for name in catalog}
    return [
        one for one in dict.fromkeys(asked) if folded.get(re.sub(r"\W", "", one.name.lower()), one.truth) == one.truth
    ]


def _varied(name: str, kinds: dict[str, tuple[Vary, bool]], chance: random.Random, alone: bool) -> Asked:
    """One or, in a quarter of the cases, two variations; those that lose words only where no sibling could be meant."""
    fit = [kind for kind, (_, loses) in kinds.items() if alone or not loses]
    picked = chance.sample(fit, 2 if chance.random() < 0.25 else 1)
    written = name
    for kind in picked:
        written = kinds[kind][0](written, chance)
    return Asked(written, name, " + ".join(sorted(picked)))


# ------------------------------------------------------------------------------------------------- variations


def _bare(name: str) -> list[str]:
    """The words without the legal form."""
    forms = sorted((form for pool in FORMS for form in pool if form), key=len, reverse=True)
    for form in forms:
        name = name.removesuffix(" " + form)
    return name.split()


def _other_form(name: str, chance: random.Random) -> str:
    return " ".join([*_bare(name), chance.choice(["", "LLC", "Inc", "Ltd", "Limited", "Co.", "Corporation"])]).strip()


def _plain(name: str, chance: random.Random) -> str:
    text = "".join(one for one in unicodedata.normalize("NFKD", name) if not unicodedata.combining(one))
    return text.upper().replace("&", "AND").replace("'", "")


def _order(name: str, chance: random.Random) -> str:
    head, *rest = _bare(name)
    return f"{' '.join(rest)}, {head}"


def _drop_last(name: str, chance: random.Random) -> str:
    return " ".join(_bare(name)[:-1])


def _letter(name: str, chance: random.Random) -> str:
    """A letter left out of, or doubled in, the longest word."""
    word = max(name.split(), key=len)
    at = chance.randrange(1, len(word) - 1)
    return name.replace(word, word[:at] + (word[at + 1 :] if chance.random() < 0.5 else word[at] + word[at:]))


def _swap(name: str, chance: random.Random) -> str:
    """Two neighbouring letters of a long word swapped, or one struck beside its key."""
    word = chance.choice([one for one in name.split() if len(one) > 4] or name.split())
    at = chance.randrange(1, max(len(word) - 2, 2))
    struck = word[:at] + chance.choice("aeorstn") + word[at + 1 :]
    return name.replace(word, word[:at] + word[at : at + 2][::-1] + word[at + 2 :] if chance.random() < 0.5 else struck)


SHORTER = {"Manufacturing": "Mfg", "Engineering": "Eng", "Insurance": "Ins", "Services": "Svcs", "Group": "Grp",
           "Veterinary": "Vet", "Associates": "Assoc", "Construction": "Constr.", "Solutions": "Solns", "Centre": "Ctr",
           "Accounting": "Acctg", "Electric": "Elec", "Holdings": "Hldgs", "Premium": "Prem", "Business": "Bus",
           "Professional": "Pro", "Standard": "Std", "Essentials": "Ess", "Workspace": "Wkspace", "Archive": "Archv",
           "Backup": "Bkup", "Identity": "Ident", "Endpoint": "Endpt"}  # fmt: skip


def _shorter(name: str, chance: random.Random) -> str:
    return " ".join(SHORTER.get(word, word) for word in name.split())


def _unvowelled(name: str, chance: random.Random) -> str:
    word = max(_bare(name), key=len)
    return name.replace(word, word[0] + re.sub("[aeiouéèö]", "", word[1:]))


def _cut(name: str, chance: random.Random) -> str:
    return name[: max(14, len(name) * 3 // 4)].strip()


def _domain(name: str, chance: random.Random) -> str:
    text = "".join(
        one for one in unicodedata.normalize("NFKD", " ".join(_bare(name))) if not unicodedata.combining(one)
    )
    return re.sub(r"\W|ø", "", text.lower()) + chance.choice((".com", ".net", ".ca"))


def _initials(name: str, chance: random.Random) -> str:
    head, *rest = _bare(name)
    return f"{head} {''.join(word[0] for word in rest if word != '&')}"


def _aside(name: str, chance: random.Random) -> str:
    return " ".join(_bare(name)) + chance.choice((" (prospect)", " - Main office", " [USD]", " #2", " (old)"))


def _noted(name: str, chance: random.Random) -> str:
    return name + chance.choice((" (NCE)", " - Annual", " [Monthly]", " (1 year, monthly billing)", " per user"))


def _edition(name: str, chance: random.Random) -> str:
    return chance.choice(("{} Subscription License", "{} licence / user", "CSP {} P1Y", "{} (New Commerce)")).format(
        name
    )


def _plan(name: str, chance: random.Random) -> str:
    return re.sub(r"Plan (\d)", r"P\1", name) if "Plan" in name else re.sub(r"\bP(\d)\b", r"Plan \1", name)


def _last_words(name: str, chance: random.Random) -> str:
    return " ".join(name.split()[1:])


def _run_together(name: str, chance: random.Random) -> str:
    return name.replace(" ", "", 1)


def _model_spelled(name: str, chance: random.Random) -> str:
    """The model number without its hyphen, moved to the end."""
    words = name.split()
    words.append(words.pop(1).replace("-", chance.choice(("", " "))))
    return " ".join(words)


def _described(name: str, chance: random.Random) -> str:
    words = name.split()
    return " ".join(
        [
            *words[:2],
            chance.choice(("Series", "Compact", "High Performance", "Multi-Purpose")),
            *words[2:4],
            "-",
            "Retail",
        ]
    )


def _sparse(name: str, chance: random.Random) -> str:
    return " ".join([name.split()[0], *name.split()[2:], name.split()[1].lower()])


COMPANY: tuple[dict[str, tuple[Vary, bool]], ...] = (
    {"legal form": (_other_form, False), "plain capitals": (_plain, False), "word order": (_order, False),
     "a letter": (_letter, False), "last word dropped": (_drop_last, True), "abbreviation": (_shorter, False)},
    {"legal form": (_other_form, False), "two letters": (_swap, False), "abbreviation": (_shorter, False),
     "vowels dropped": (_unvowelled, False), "cut off": (_cut, True), "domain": (_domain, False),
     "initials": (_initials, True), "remark": (_aside, False)},
)  # fmt: skip
LICENCE: tuple[dict[str, tuple[Vary, bool]], ...] = (
    {"term": (_noted, False), "plan": (_plan, False), "abbreviation": (_shorter, False), "a letter": (_letter, False)},
    {"edition": (_edition, False), "plan": (_plan, False), "abbreviation": (_shorter, False),
     "vendor left out": (_last_words, True), "run together": (_run_together, False), "two letters": (_swap, False)},
)  # fmt: skip
GOODS: tuple[dict[str, tuple[Vary, bool]], ...] = (
    {"model": (_model_spelled, False), "last word dropped": (_drop_last, True), "plain capitals": (_plain, False)},
    {"model": (_model_spelled, False), "description": (_described, False), "model at the end": (_sparse, False),
     "a letter": (_letter, False)},
)  # fmt: skip


def worlds(seeds: Sequence[int], held: bool) -> list[World]:
    """The worlds of some seeds."""
    return [
        world for seed in seeds for world in (companies(seed, held, 150), licences(seed, held), goods(seed, held, 150))
    ]
