"""Every column name that crosses a door, with its unit and meaning. Nothing else in the project spells one."""

from __future__ import annotations

# ---- events: one row for one thing that happened, or one counted slot ------------------------------------------------
TIME = "time"  # when it happened; aware, UTC. In forecasts and predictions: the start of the slot
PLACE = "place"  # id of the place, text
AMOUNT = "amount"  # how much happened (visitors, trips); 1 for a single event; null: asked for but not observed
KIND = "kind"  # entry, exit, trip_start, trip_end, ping, sale, check_in, count, …
SOURCE = "source"  # where the row came from
EVENT_ID = "event_id"  # unique within its source, where there is one
KNOWN_AT = "known_at"  # when the row became known; aware, UTC
LATITUDE = "latitude"  # degrees, WGS 84
LONGITUDE = "longitude"  # degrees, WGS 84
TIMEZONE = "timezone"  # IANA name of the place's zone, where the file has a column of them
WHO = "who"  # the courier, customer or vehicle an event belongs to; hashed where it is a person
ORDER = "order"  # the order or basket an event belongs to
DWELL = "dwell"  # minutes somebody stayed
SALES = "sales"  # money of a transaction, in the shop's currency
UNITS = "units"  # units of a transaction
CODE = "code"  # number of a place, given by a locator (UInt64); null: outside every place
LINE = "line"  # line of the file the row came from, 1 is the first line (the header, where there is one)

# ---- rejected rows --------------------------------------------------------------------------------------------------
REASON = "reason"  # why the row was rejected: one of REASONS
VALUE = "value"  # the offending text, as read

# ---- history: the weeks before a forecast -----------------------------------------------------------------------------
DEMAND = "demand"  # what was counted in the slot; per slot
OPEN = "open"  # whether the place was open in the slot, by its opening hours

# ---- forecasts and predictions --------------------------------------------------------------------------------------
ORIGIN = "origin"  # start of the first forecast slot; aware, UTC
HORIZON = "horizon"  # slots ahead, 1 for the first
MEAN = "mean"  # expected demand; per slot
OBSERVED = "observed"  # what came; null where not observed or closed
SEASONAL_NAIVE = "seasonal_naive"  # the last observed value of the same hour of week
SEASONAL_MEAN = "seasonal_mean"  # the mean of the last four such values
PROBABILITY = "probability"  # 0 … 1

# ---- peaks ----------------------------------------------------------------------------------------------------------
DATE = "date"  # local date
RANK = "rank"  # 1 is the likeliest peak of its day
CAPACITY = "capacity"  # demand of one slot that the place can serve
OVER_CAPACITY = "over_capacity"  # P(demand > capacity)
