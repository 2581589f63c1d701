-- Secrets sealed by the platform (src/Storage/Secrets): the database never sees what they hold. key_id stands in the sealed
-- bytes too; the column says without opening anything which keys are still needed.
CREATE TABLE IF NOT EXISTS secret
(
    org_id     uuid        NOT NULL,
    entity_id  uuid        NOT NULL,
    purpose    text        NOT NULL,
    key_id     text        NOT NULL,
    sealed     bytea       NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, entity_id, purpose)
);

-- Signing keys are sealed too, and take turns: published without active_from, signing from then on until the next one does.
-- private_key is what an older build stored in clear; the first start of this one seals it and empties the column.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM information_schema.columns
                   WHERE table_schema = current_schema() AND table_name = 'signing_key' AND column_name = 'sealed') THEN
        ALTER TABLE signing_key
            ALTER COLUMN private_key DROP NOT NULL,
            ADD COLUMN key_id text,
            ADD COLUMN sealed bytea,
            ADD COLUMN active_from timestamptz,
            ADD CONSTRAINT signing_key_clear_or_sealed CHECK (num_nonnulls(private_key, sealed) = 1 AND num_nonnulls(sealed, key_id) <> 1);
        UPDATE signing_key SET active_from = created_at;
    END IF;
END $$;
