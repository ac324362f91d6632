# What the image postgres does: an empty volume gets a superuser and the scripts of /docker-entrypoint-initdb.d, by a
# server that listens on its socket alone; then the server itself.
set -eu
data=/var/lib/postgresql/18/docker
if [ ! -s "$data/PG_VERSION" ]; then
    mkdir -p "$data"
    : "${POSTGRES_PASSWORD:?}"
    printf '%s\n' "$POSTGRES_PASSWORD" > /tmp/superuser
    initdb --pgdata "$data" --username postgres --pwfile /tmp/superuser --auth-local trust --auth-host scram-sha-256 \
        --encoding UTF8 --locale C.UTF-8
    rm /tmp/superuser
    printf 'host all all all scram-sha-256\n' >> "$data/pg_hba.conf"
    pg_ctl --pgdata "$data" --wait --options "-c listen_addresses='' -c unix_socket_directories=/var/run/postgresql" start
    for script in /docker-entrypoint-initdb.d/*.sql; do
        psql --host /var/run/postgresql --username postgres --no-psqlrc --set ON_ERROR_STOP=1 --file "$script"
    done
    pg_ctl --pgdata "$data" --mode fast --wait stop
fi
exec postgres -D "$data" -c listen_addresses='*' -c unix_socket_directories=/var/run/postgresql
