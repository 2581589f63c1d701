import pg from 'pg';

/** Queries to the database server, to set up and check load runs. */
export class Database {
  constructor(address, name = address.database) {
    this.address = { ...address, database: name };
    this.pool = new pg.Pool({ ...this.address, max: 2 });
    this.pool.on('error', () => {}); // The next query fails if the server was killed.
  }

  async rows(text, values) {
    return (await this.pool.query(text, values)).rows;
  }

  /** The environment for PostgreSQL programs and node-postgres. */
  get environment() {
    const { host, port, user, password, database } = this.address;
    return { PGHOST: host, PGPORT: String(port), PGUSER: user, PGPASSWORD: password, PGDATABASE: database };
  }

  close() {
    return this.pool.end();
  }
}
