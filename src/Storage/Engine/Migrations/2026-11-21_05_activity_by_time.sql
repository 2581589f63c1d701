-- Activities newest first: ids that follow from an idempotency key carry no instant.
CREATE INDEX IF NOT EXISTS activity_by_time ON activity (org_id, at, activity_id);
