-- What the platform as a whole is asked for: running totals of each organisation since its beginning, and when its users were last seen.
-- Both are written by the consumer organisation-metrics, in the statement that moves its token.
CREATE TABLE IF NOT EXISTS metric_total
(
    org_id     uuid    NOT NULL,
    metric     text    NOT NULL,
    dimensions text    NOT NULL,
    count      bigint  NOT NULL,
    sum        numeric NOT NULL,
    PRIMARY KEY (org_id, metric, dimensions)
) WITH (fillfactor = 70);

-- Everybody who is named as the actor of a row of the journal, by the instants of those rows.
CREATE TABLE IF NOT EXISTS active_user
(
    org_id     uuid        NOT NULL,
    user_id    uuid        NOT NULL,
    first_seen timestamptz NOT NULL,
    last_seen  timestamptz NOT NULL,
    PRIMARY KEY (org_id, user_id)
) WITH (fillfactor = 70);

-- Everything is folded anew, so that the totals begin at the beginning. The column tells which folding wrote a slot and has no
-- default: a silo of an older version, which knows neither totals nor the newer metrics, cannot store what it folded.
ALTER TABLE metric_rollup ADD COLUMN IF NOT EXISTS folding smallint;
TRUNCATE metric_rollup, metric_total, active_user;
DELETE FROM consumer_token WHERE consumer = 'organisation-metrics';
ALTER TABLE metric_rollup ALTER COLUMN folding SET NOT NULL;
