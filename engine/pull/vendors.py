"""The systems that can be pulled from, each as its documentation says; what it does not say is in docs/pull.md.

Sources: Bitrix24 REST documentation (github.com/bitrix24/b24restdocs), amoCRM's PHP SDK
(github.com/amocrm/amocrm-api-php) and developers.kommo.com, RetailCRM's PHP client
(github.com/retailcrm/api-client-php) and docs.retailcrm.es, MoySklad (github.com/moysklad/api-remap-1.2-doc),
YCLIENTS (developer.yclients.com).
"""

from collections.abc import Mapping
from dataclasses import replace

from engine.pull.vendor import Json, Listing, Paging, Renewal, Since, Vendor

NAME = "[a-z0-9][a-z0-9-]*"

# --- Bitrix24 ---------------------------------------------------------------------------------------------------------


def _history(kind: int) -> Listing:
    return Listing(
        path="crm.stagehistory.list",
        rows=("result", "items"),
        key="ID",
        query={"entityTypeId": kind, "order": {"ID": "ASC"}, "start": -1},
        paging=Paging(style="keyset", at=("filter", ">ID"), key="ID"),
        since=Since(at=("filter", ">=CREATED_TIME"), form="iso"),
        grows=True,
        again="key",
    )


def _items(kind: int) -> Listing:
    return Listing(
        path="crm.item.list",
        rows=("result", "items"),
        query={
            "entityTypeId": kind,
            "select": ["*"],
            "order": {"id": "ASC"},
            "useOriginalUfNames": "Y",
            "start": -1,
        },
        paging=Paging(style="keyset", at=("filter", ">id"), key="id"),
        since=Since(at=("filter", ">=updatedTime"), form="iso"),
        again="since",
    )


BITRIX24 = Vendor(
    url="https://{account}",
    prefix="/rest/",
    auth="bitrix24",
    method="POST",
    account=NAME,
    account_example="client.bitrix24.ru",
    domains=(
        "bitrix24.ru", "bitrix24.com", "bitrix24.by", "bitrix24.kz", "bitrix24.eu", "bitrix24.de", "bitrix24.fr",
        "bitrix24.es", "bitrix24.it", "bitrix24.pl", "bitrix24.in", "bitrix24.com.br", "bitrix24.com.tr",
    ),
    rate=(2, 1.0),
    renewal=Renewal(
        url="https://oauth.bitrix.info", path="/oauth/token/", style="query", needs=("CLIENT_ID", "CLIENT_SECRET")
    ),
    default=("deal_history",),
    listings={
        "deal_history": _history(2),
        "lead_history": _history(1),
        "deals": _items(2),
        "leads": _items(1),
        "calls": Listing(
            path="voximplant.statistic.get",
            rows=("result",),
            key="ID",
            query={"SORT": "ID", "ORDER": "ASC"},
            paging=Paging(style="keyset", at=("FILTER", ">ID"), key="ID"),
            since=Since(at=("FILTER", ">=CALL_START_DATE"), form="iso"),
            grows=True,
            again="key",
        ),
        "statuses": Listing(path="crm.status.list", rows=("result",), key="ID"),
        "users": Listing(
            path="user.get", rows=("result",), key="ID", paging=Paging(style="next", at=("start",), more=("next",))
        ),
    },
)  # fmt: skip

# --- amoCRM, Kommo ----------------------------------------------------------------------------------------------------

_AMO_PAGES = Paging(style="page", at=("page",), more=("_links", "next"))
AMOCRM = Vendor(
    url="https://{account}",
    prefix="/api/v4/",
    auth="bearer",
    account=NAME,
    account_example="client.amocrm.ru",
    domains=("amocrm.ru", "amocrm.com", "kommo.com"),
    rate=(7, 1.0),
    renewal=Renewal(
        path="/oauth2/access_token", style="json", needs=("CLIENT_ID", "CLIENT_SECRET", "REDIRECT_URI")
    ),
    default=("events",),
    listings={
        "events": Listing(
            path="events",
            rows=("_embedded", "events"),
            query={"limit": 100, "filter": {"type": "lead_status_changed,entity_responsible_changed"}},
            paging=_AMO_PAGES,
            since=Since(at=("filter", "created_at", "from"), form="unix"),
            until=Since(at=("filter", "created_at", "to"), form="unix"),
            grows=True,
            again="since",
        ),
        "leads": Listing(
            path="leads",
            rows=("_embedded", "leads"),
            query={"limit": 250, "with": "loss_reason,contacts", "order": {"id": "asc"}},
            paging=_AMO_PAGES,
            since=Since(at=("filter", "updated_at", "from"), form="unix"),
            again="since",
        ),
        "pipelines": Listing(path="leads/pipelines", rows=("_embedded", "pipelines")),
        "loss_reasons": Listing(path="leads/loss_reasons", rows=("_embedded", "loss_reasons")),
        "users": Listing(path="users", rows=("_embedded", "users"), query={"limit": 250}, paging=_AMO_PAGES),
    },
)  # fmt: skip

# --- RetailCRM --------------------------------------------------------------------------------------------------------

_RETAIL_PAGES = Paging(style="page", at=("page",), more=("pagination", "totalPageCount"))
RETAILCRM = Vendor(
    url="https://{account}",
    prefix="/api/v5/",
    auth="key",
    account=NAME,
    account_example="client.retailcrm.ru",
    domains=("retailcrm.ru", "retailcrm.pro", "retailcrm.es", "simla.com"),
    rate=(5, 1.0),
    default=("history",),
    listings={
        "history": Listing(
            path="orders/history",
            rows=("history",),
            query={"limit": 100},
            paging=Paging(style="keyset", at=("filter", "sinceId"), key="id"),
            since=Since(at=("filter", "startDate"), form="local"),
            grows=True,
            again="key",
        ),
        "orders": Listing(
            path="orders",
            rows=("orders",),
            query={"limit": 100},
            paging=_RETAIL_PAGES,
            since=Since(at=("filter", "createdAtFrom"), form="local"),
        ),
        "statuses": Listing(path="reference/statuses", rows=("statuses",), key="code"),
        "users": Listing(path="users", rows=("users",), query={"limit": 100}, paging=_RETAIL_PAGES),
    },
)

# --- MoySklad ---------------------------------------------------------------------------------------------------------

_SKLAD_PAGES = Paging(style="offset", at=("offset",), more=("meta", "size"))
_ORDERS = Listing(
    path="entity/customerorder",
    rows=("rows",),
    query={"limit": 100, "order": "created,asc", "expand": "state,owner,salesChannel"},
    paging=_SKLAD_PAGES,
    since=Since(at=("filter",), form="moscow", text="updated>={}"),
    again="since",
)
MOYSKLAD = Vendor(
    url="https://api.moysklad.ru",
    prefix="/api/remap/1.2/",
    auth="bearer",
    headers={"Accept-Encoding": "gzip"},
    rate=(11, 3.0),
    wait=("X-Lognex-Retry-After", 0.001),
    default=("audit",),
    listings={
        "audit": replace(
            _ORDERS,
            query={"limit": 100, "order": "created,asc"},
            grows=True,
            each=Listing(
                path="entity/customerorder/{}/audit",
                rows=("rows",),
                key="",
                query={"limit": 100},
                paging=_SKLAD_PAGES,
            ),
        ),
        "orders": _ORDERS,
        "states": Listing(path="entity/customerorder/metadata", rows=("states",)),
        "employees": Listing(path="entity/employee", rows=("rows",), query={"limit": 100}, paging=_SKLAD_PAGES),
    },
)

# --- YCLIENTS ---------------------------------------------------------------------------------------------------------

_FLAGS: dict[str, Json] = {"with_deleted": 1, "include_finance_transactions": 1}
YCLIENTS = Vendor(
    url="https://api.yclients.com",
    prefix="/api/v1/",
    auth="yclients",
    headers={"Accept": "application/vnd.yclients.v2+json"},
    account="[0-9]+",
    account_example="12345",
    rate=(200, 60.0),
    default=("records",),
    listings={
        "records": Listing(
            path="records/{account}",
            rows=("data",),
            query={"count": 300, **_FLAGS},
            paging=Paging(style="page", at=("page",)),
            since=Since(at=("changed_after",), form="iso"),
            again="since",
        ),
    },
)

VENDORS: Mapping[str, Vendor] = {
    "bitrix24": BITRIX24,
    "amocrm": AMOCRM,
    "retailcrm": RETAILCRM,
    "moysklad": MOYSKLAD,
    "yclients": YCLIENTS,
}
