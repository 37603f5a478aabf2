"""The tables of the made-up cycle: clients, services, discrepancies, bridges, problems, files."""

from types import SimpleNamespace

HOSTILE = "<script>alert('x')</script> & \"Sons\" \u202e{{7*7}}"
FORMULA = '=HYPERLINK("http://evil.example","pay")'


CLIENTS = """
HarborDental|Harbor Dental Group|USD
Northline|Northline Freight LLC|USD
Quarry|Quarry & Stone Architects|USD
Alder|Alder Family Law|USD
Bluewater|Bluewater Marine Supply|USD
Pinecrest|Pinecrest Veterinary|USD
Summit|Summit Orthopedics|USD
Lakeside|Lakeside Montessori|USD
Granite|Granite Ridge Credit Union|USD
Maple|Maple Grove Municipal Library|CAD
Fraser|Fraser Valley Orchards|CAD
"""

SERVICES = """
EDR|Managed EDR
M365BP|Microsoft 365 Business Premium
M365E3|Microsoft 365 E3
BACKUP|Server backup (GiB)
RMM-WS|Workstation monitoring
RMM-SV|Server monitoring
SAT|Security awareness training
SEAT|All-in seat bundle
"""

# kind|leg|client|service|expected quantity|actual|unit|impact|currency|direction|status|age
ROWS = """
vendor_charge_without_usage|delivered_charged|Granite|BACKUP|0|2400|0.85|-2040.00|USD|vendor_overcharge|open|0
under_billed_quantity|promised_delivered|HarborDental|EDR|148|120|38.50|-1078.00|USD|leak|open|2
not_invoiced|promised_billed|Northline|M365E3|22|0|39.00|-858.00|USD|leak|open|0
unbilled|promised_delivered|Summit|SAT|96|0|6.75|-648.00|USD|leak|disputed|1
over_billed_quantity|promised_delivered|Quarry|RMM-WS|41|58|29.00|493.00|USD|overbilled|open|0
orphan_promise|promised_delivered|Bluewater|RMM-SV|0|4|95.00|380.00|USD|overbilled|open|3
price_differs|promised_billed|Alder|M365BP|25|25|22.00|-62.50|USD|leak|approved|0
duplicate|delivered_charged|Pinecrest|M365BP|18|36|18.70|-336.60|USD|vendor_overcharge|disputed|0
under_billed_quantity|promised_delivered|Maple|EDR|64|51|44.00|-572.00|CAD|leak|open|0
cost_changed|delivered_charged|Fraser|M365BP|40|40|24.10|-52.00|CAD|vendor_overcharge|open|0
tax|promised_billed|Fraser||||| -13.00|CAD|leak|open|0
timing|promised_billed|Lakeside|SEAT|30|0|129.00|-3870.00|USD|leak|timing|0
margin_low|charged_billed|Lakeside|M365E3|12|12|36.00|-21.60|USD|leak|open|0
credit_unmatched|promised_billed|Granite|EDR|||| -150.00|USD|leak|waived|1
proration_differs|promised_billed|Summit|M365BP|8|8|22.00|14.19|USD|overbilled|open|0
unmapped_account|promised_billed||||||1240.55|USD|overbilled|open|0
unmapped_service|delivered_charged|Alder||||| -318.20|USD|vendor_overcharge|stale|4
stale_source|promised_delivered||||||0.00|USD|neutral|open|0
vendor_overcharge|delivered_charged|Bluewater|EDR|30|29|3.10|3.10|USD|vendor_undercharge|open|0
"""

# leg|currency|client|expected|quantity|price|proration|tax|rounding|timing|unmapped|missing|duplicate
BRIDGE = """
promised_delivered|USD|HarborDental|8412.50|-1078.00|0|0|0|0|0|0|0|0
promised_delivered|USD|Quarry|4102.00|493.00|0|0|0|0|0|0|0|0
promised_delivered|USD|Summit|9120.00|0|0|0|0|0|0|0|-648.00|0
promised_delivered|USD|Bluewater|3310.40|0|0|0|0|0|0|0|380.00|0
promised_delivered|CAD|Maple|5816.00|-572.00|0|0|0|0|0|0|0|0
promised_billed|USD||0|0|0|0|0|0|0|1240.55|0|0
promised_billed|USD|Northline|12480.00|0|0|0|0|0.02|0|0|-858.00|0
promised_billed|USD|Alder|3120.00|0|-62.50|0|0|0|0|0|0|0
promised_billed|USD|Lakeside|6144.33|0|0|0|0|0|-3870.00|0|0|0
promised_billed|USD|Summit|8472.00|0|0|14.19|0|-0.01|0|0|0|0
promised_billed|USD|Granite|15870.00|0|0|0|0|0|0|0|-150.00|0
promised_billed|CAD|Fraser|2210.00|0|0|0|-13.00|0|0|0|0|0
delivered_charged|USD|Granite|4120.00|0|0|0|0|0|0|0|2040.00|0
delivered_charged|USD|Pinecrest|1702.13|0|0|0|0|0|0|0|0|336.60
delivered_charged|USD|Alder|2210.00|0|0|0|0|0|0|318.20|0|0
delivered_charged|CAD|Fraser|912.00|0|52.00|0|0|0|0|0|0|0
"""

PROBLEMS = f"""
error|pax8|pax8-invoice-2026-10.csv|118|cost_total|12,4O|not a number; write it like 1234.50
error|quickbooks|sales-by-customer.csv|402|Transaction date|02/30/2026|no such day
warning|connectwise|additions_p2.json|7|id|88121|the same addition is in additions_p1.json; counted once
warning|rmm|{HOSTILE}.xlsx|0|||the sheet has two empty columns
"""

UNMAPPED = f"""
account|billed|quickbooks|Cedar Hollow Café|Cedar Hollow Café||6|12|1240.55|USD|
item|charged|pax8|SKU-{FORMULA}|{HOSTILE}|Alder|2|14|-318.20|USD|M365BP (0.86)
account|delivered|huntress|90412|-1+1|| 1|3||USD|
"""

# file|profile|source|side|hash|size|records|lines|rejected|non-data|amount|rejected|checks
FILES = """
additions_p1.json|connectwise_additions|connectwise|promised|a1|812044|1000|1000|0|0|48210.20|0|
pax8-invoice.csv|pax8_invoice_items|pax8|charged|b2|92111|402|401|1|0|12904.1250|12.40|
sales.csv|quickbooks_sales_by_customer_detail|quickbooks|billed|c3|140209|1160|1099|1|60|46120.00|310.00|agrees
usage-2026-10.json|huntress_usage|huntress|delivered|d4|30991|240|240|0|0|||
"""

KINDS = tuple(
    SimpleNamespace(
        name=name,
        title=name.replace("_", " ").capitalize(),
        says=f"What {name.replace('_', ' ')} says, in a sentence.",
        people_usually="Raise the quantity; back-bill; or keep it where it is a minimum.",
        suggested_action="raise_quantity",
    )
    for name in sorted({row.split("|")[0] for row in ROWS.split("\n") if row})
)
