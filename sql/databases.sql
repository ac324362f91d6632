-- Makes the roles and databases of docker-compose.yml: Airflow cannot read the articles, nor the pipeline Airflow's state.
-- psql runs it once, when Postgres makes its volume; the passwords come from the environment.
\getenv airflow_password AIRFLOW_DB_PASSWORD
\getenv mirrorwire_password MIRRORWIRE_DB_PASSWORD

CREATE ROLE airflow LOGIN PASSWORD :'airflow_password';
CREATE ROLE mirrorwire LOGIN PASSWORD :'mirrorwire_password';
CREATE DATABASE airflow OWNER airflow;
CREATE DATABASE mirrorwire OWNER mirrorwire;
REVOKE ALL ON DATABASE airflow, mirrorwire FROM PUBLIC;
