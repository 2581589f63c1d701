-- What the cost of an activity was worked out from, and how it ended. Null for activities before that was kept.
ALTER TABLE activity
    ADD COLUMN IF NOT EXISTS price_version integer,
    ADD COLUMN IF NOT EXISTS used_before   bigint,
    ADD COLUMN IF NOT EXISTS month         text,
    ADD COLUMN IF NOT EXISTS time_zone     text,
    ADD COLUMN IF NOT EXISTS ended_at      timestamptz;

-- Lists and figures of one user.
CREATE INDEX IF NOT EXISTS activity_by_user ON activity (org_id, user_id, at, activity_id);
