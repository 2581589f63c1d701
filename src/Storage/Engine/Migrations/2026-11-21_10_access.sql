-- Dealers for lists. The tree itself is decided by one entity; sort_key is the name in lower case, compared by code points so that
-- the beginning of a name is a range of the index.
CREATE TABLE IF NOT EXISTS dealer
(
    org_id    uuid     NOT NULL,
    dealer_id uuid     NOT NULL,
    parent_id uuid,
    name      text     NOT NULL,
    sort_key  text     COLLATE "C" NOT NULL,
    code      text,
    status    smallint NOT NULL,
    version   bigint   NOT NULL,
    PRIMARY KEY (org_id, dealer_id)
);
CREATE INDEX IF NOT EXISTS dealer_by_name ON dealer (org_id, sort_key, dealer_id);
CREATE INDEX IF NOT EXISTS dealer_by_parent ON dealer (org_id, parent_id, sort_key, dealer_id);
