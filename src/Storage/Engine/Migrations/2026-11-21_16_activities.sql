-- What the cost of an activity was worked out from, its hold, and how it ended. Null for activities before that was kept.
ALTER TABLE activity
    ADD COLUMN IF NOT EXISTS price_version integer,
    ADD COLUMN IF NOT EXISTS used_before   bigint,
    ADD COLUMN IF NOT EXISTS month         text,
    ADD COLUMN IF NOT EXISTS time_zone     text,
    ADD COLUMN IF NOT EXISTS hold_id       uuid,
    ADD COLUMN IF NOT EXISTS expires_at    timestamptz,
    ADD COLUMN IF NOT EXISTS ended_at      timestamptz,
    ADD COLUMN IF NOT EXISTS due_at        timestamptz;

-- Lists and figures of one user.
CREATE INDEX IF NOT EXISTS activity_by_user ON activity (org_id, user_id, at, activity_id);

-- What has not ended, by when somebody must look after it.
UPDATE activity SET due_at = at + interval '15 seconds' WHERE status = 0 AND due_at IS NULL;
CREATE INDEX IF NOT EXISTS activity_due ON activity (due_at) WHERE due_at IS NOT NULL;
