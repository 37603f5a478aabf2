"""Words that names are made of everywhere: legal forms, abbreviations, units, words that tell little.

All are folded: lower case, no accents. Nothing here names a company or a product of anybody's list.
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Forms that mean nothing else, wherever in a name they stand. The value is how a reason writes them.
LEGAL = {
    "inc": "Inc.", "incorporated": "Inc.", "llc": "LLC", "ltd": "Ltd.", "ltda": "Ltda.", "ltee": "ltée", "llp": "LLP",
    "lllp": "LLLP", "pllc": "PLLC", "plc": "PLC", "corp": "Corp.", "gmbh": "GmbH", "mbh": "mbH", "ggmbh": "gGmbH",
    "ug": "UG", "kgaa": "KGaA", "ohg": "OHG", "bv": "BV", "bvba": "BVBA", "srl": "SRL", "sarl": "SARL", "sasu": "SASU",
    "eurl": "EURL", "spa": "SpA", "sapa": "SApA", "pty": "Pty", "pte": "Pte.", "pvt": "Pvt.", "sdn": "Sdn.",
    "bhd": "Bhd.", "oyj": "Oyj", "aps": "ApS", "asa": "ASA", "spzoo": "sp. z o.o.", "sro": "s.r.o.", "doo": "d.o.o.",
    "kft": "Kft.", "zrt": "Zrt.", "nyrt": "Nyrt.", "eood": "EOOD", "ood": "OOD", "ooo": "OOO", "oao": "OAO", "zao": "ZAO",
    "pjsc": "PJSC", "ojsc": "OJSC", "jsc": "JSC", "tbk": "Tbk", "sas": "SAS", "sapi": "SAPI", "eirl": "EIRL",
    "ulc": "ULC", "dba": "dba", "uab": "UAB", "fzco": "FZCO", "fze": "FZE", "cvba": "CVBA", "vof": "VOF", "ооо": "ООО",
    "зао": "ЗАО", "оао": "ОАО", "пао": "ПАО", "株式会社": "株式会社", "有限会社": "有限会社", "有限公司": "有限公司",
}  # fmt: skip
# Forms that are words too: only at the end of a name, or before another form.
LEGAL_AT_END = {
    "limited": "Ltd.", "corporation": "Corp.", "company": "Co.", "co": "Co.", "cie": "Cie", "lp": "LP", "pc": "PC",
    "pa": "PA", "sa": "SA", "ag": "AG", "se": "SE", "kg": "KG", "ab": "AB", "as": "AS", "oy": "Oy", "nv": "NV",
    "sc": "SC", "cv": "CV", "ek": "e.K.", "ev": "e.V.", "kk": "K.K.", "ad": "AD", "hf": "hf.", "ehf": "ehf.",
    "private": "Private", "chartered": "Chartered", "trust": "Trust", "de": "de", "publ": "publ", "public": "Public",
}  # fmt: skip
# These close a name only together with another form: "Private Limited", "S.A. de C.V.", "Public Limited Company".
LEGAL_HELPERS = {"private", "de", "public", "and", "chartered", "trust", "publ"}

# An abbreviation and what it stands for. Kin of both sides meet at the value.
SHORT = {
    "mfg": "manufacturing", "mfr": "manufacturing", "intl": "international", "int": "international", "natl": "national",
    "nat": "national", "svc": "service", "svcs": "services", "srvcs": "services", "serv": "services", "assoc": "associates",
    "assocs": "associates", "assn": "association", "bros": "brothers", "univ": "university", "hosp": "hospital",
    "ctr": "center", "centre": "center", "cntr": "center", "mgmt": "management", "mgt": "management", "grp": "group",
    "govt": "government", "gov": "government", "dept": "department", "dist": "distribution", "distrib": "distribution",
    "tech": "technology", "techs": "technologies", "technol": "technology", "eng": "engineering", "engrg": "engineering",
    "sys": "systems", "syst": "systems", "soln": "solution", "solns": "solutions", "indus": "industries",
    "ind": "industries", "inds": "industries", "const": "construction", "constr": "construction", "bldg": "building",
    "elec": "electric", "electr": "electric", "equip": "equipment", "equipt": "equipment", "fin": "financial",
    "finl": "financial", "ins": "insurance", "inst": "institute", "labs": "laboratories", "lab": "laboratory",
    "med": "medical", "pharm": "pharmacy", "pharma": "pharmaceutical", "prod": "products", "prods": "products",
    "prop": "properties", "props": "properties", "res": "research", "rsch": "research", "sch": "school", "st": "saint",
    "ste": "saint", "transp": "transport", "trans": "transport", "hldg": "holding", "hldgs": "holdings", "comm": "communications",
    "comms": "communications", "telecom": "telecommunications", "dev": "development", "devt": "development",
    "env": "environmental", "ltg": "lighting", "mkt": "market", "mktg": "marketing", "mtn": "mountain", "mt": "mount",
    "rlty": "realty", "vet": "veterinary", "dr": "doctor", "n": "north", "s": "south", "e": "east",
    "w": "west", "amer": "american", "us": "usa", "std": "standard", "ent": "enterprise", "prem": "premium",
    "prof": "professional", "bus": "business", "biz": "business", "ed": "edition", "lic": "license", "lics": "license",
    "licence": "license", "licences": "license", "licenses": "license", "sub": "subscription", "subs": "subscription",
    "adv": "advanced", "ess": "essentials", "edu": "education", "acad": "academic", "mgd": "managed", "ms": "microsoft",
    "msft": "microsoft", "win": "windows", "exch": "exchange", "srv": "server", "svr": "server", "wks": "workstation",
    "ws": "workstation", "bkp": "backup", "bkup": "backup", "fw": "firewall", "pwd": "password", "mo": "month",
    "mth": "month", "mths": "month", "months": "month", "monthly": "month", "yr": "year", "yrs": "year", "years": "year",
    "yearly": "year", "annual": "year", "annually": "year", "upg": "upgrade", "upgrd": "upgrade", "sw": "software",
    "hw": "hardware", "blk": "black", "wht": "white", "slv": "silver", "pk": "pack", "pkg": "package", "qty": "quantity",
    "wrls": "wireless", "wless": "wireless", "kbd": "keyboard", "color": "colour", "gray": "grey", "theater": "theatre",
    "w/": "with", "att": "attorney", "acct": "accounting", "acctg": "accounting", "auto": "automotive", "ag": "agricultural",
}  # fmt: skip
# One word that stands for several.
SEVERAL = {"m365": ("microsoft", "365"), "o365": ("office", "365"), "ms365": ("microsoft", "365")}

# Units, with the spellings that mean the same: "16 gigabytes" is "16gb".
UNITS = {
    "gb": "gb", "gig": "gb", "gigs": "gb", "gigabyte": "gb", "gigabytes": "gb", "gib": "gb", "mb": "mb", "megabyte": "mb",
    "megabytes": "mb", "mib": "mb", "tb": "tb", "terabyte": "tb", "terabytes": "tb", "tib": "tb", "kb": "kb", "ghz": "ghz",
    "mhz": "mhz", "hz": "hz", "mp": "mp", "megapixel": "mp", "megapixels": "mp", "in": "in", "inch": "in", "inches": "in",
    "ft": "ft", "feet": "ft", "foot": "ft", "mm": "mm", "cm": "cm", "ml": "ml", "oz": "oz", "lb": "lb", "lbs": "lb",
    "kg": "kg", "w": "w", "watt": "w", "watts": "w", "v": "v", "volt": "v", "volts": "v", "mah": "mah", "x": "x",
    "pack": "pack", "pk": "pack", "packs": "pack", "user": "user", "users": "user", "seat": "user", "seats": "user",
    "device": "device", "devices": "device", "pc": "pc", "pcs": "pc", "year": "year", "years": "year", "yr": "year",
    "yrs": "year", "month": "month", "months": "month", "mo": "month", "mos": "month", "port": "port", "ports": "port",
    "bit": "bit", "day": "day", "days": "day", "rpm": "rpm", "dpi": "dpi", "ppm": "ppm", "btu": "btu", "mbps": "mbps",
    "gbps": "gbps", "core": "core", "cores": "core", "sheet": "sheet", "sheets": "sheet", "cu": "cu", "qt": "qt",
}  # fmt: skip
ROMAN = {"ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9", "xi": "11", "xii": "12"}

# Words that join; their presence says next to nothing.
LIGHT = _words("""
    a an and the of for with in on by at to from per et und y e de la le les du des di da del der die das den
    van von fur pour para con el los las w version ver v each
""")
# Words that so many names have that a short list's own counts can't show it.
GENERIC = _words("""
    group holding holdings service services solution solutions international global systems system enterprise
    enterprises associates partners partner technologies technology consulting industries management company
    companies limited products trading ventures capital the usa canada america american national general
    business office professional plan license subscription edition software user month year online new retail
    box full standard pack nce csp commerce billing billed term commitment gruppe groupe grupo gruppo
""")
# Mail domains that everybody may have.
PUBLIC_DOMAINS = _words("""
    gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com ymail.com icloud.com me.com
    aol.com comcast.net verizon.net att.net sbcglobal.net bell.net rogers.com shaw.ca telus.net gmx.com gmx.de
    gmx.net web.de t-online.de orange.fr wanadoo.fr free.fr mail.com mail.ru proton.me protonmail.com zoho.com
    qq.com 163.com
""")
TOP_DOMAINS = _words("""
    com net org edu gov biz info io co ca us uk de fr eu nl be ch at it es pt se no dk fi ie au nz jp cn in br
    mx pl cz law dental health tech agency cloud shop store online app dev onmicrosoft
""")
