import pg from 'pg';

/** Questions to the database server, for setting up and for checking what a load run claims. */
export class Database {
  constructor(address, name = address.database) {
    this.address = { ...address, database: name };
    this.pool = new pg.Pool({ ...this.address, max: 2 });
    this.pool.on('error', () => {}); // A killed server is noticed by the next question.
  }

  async rows(text, values) {
    return (await this.pool.query(text, values)).rows;
  }

  /** For programs of PostgreSQL and for node-postgres. */
  get environment() {
    const { host, port, user, password, database } = this.address;
    return { PGHOST: host, PGPORT: String(port), PGUSER: user, PGPASSWORD: password, PGDATABASE: database };
  }

  close() {
    return this.pool.end();
  }
}
