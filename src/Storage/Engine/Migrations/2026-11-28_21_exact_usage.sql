-- Quantities and prices finer than before: what is beyond the whole units, in millionths, and beyond the minor units, in 10^-12 of the
-- currency's unit; null where there is nothing. Where in the month a quantity stands that is not in one piece. Who asked, where that was not
-- the user that the activity is for. Columns beside the old ones, so that no row is written anew.
ALTER TABLE activity
    ADD COLUMN IF NOT EXISTS quantity_rest   integer,
    ADD COLUMN IF NOT EXISTS unit_price_rest bigint,
    ADD COLUMN IF NOT EXISTS used_rest       integer,
    ADD COLUMN IF NOT EXISTS places          jsonb,
    ADD COLUMN IF NOT EXISTS actor_id        uuid;
