"""What a user of Airflow may do in the pages: who may read a source's DAG may read, who may trigger it may act."""

from __future__ import annotations

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity, DagDetails
from airflow.configuration import conf
from airflow.models.dag import DagModel

from mirrorwire.airflow.fleet_dags import FLEET
from mirrorwire.core.config import Settings
from mirrorwire.core.fleet import split_sources
from mirrorwire.web.user import User, form_key


class Rights:
    """The rights of one user, asked for in one request: each DAG once."""

    def __init__(self, user: BaseUser) -> None:
        self._user = user
        own, fleet = split_sources(Settings.from_env())
        self._own = [source.key for source in own]
        self._fleet = {source.key for source in fleet}
        self._readable: dict[str, bool] = {}
        self._triggerable: dict[str, bool] = {}

    def may_read(self, source: str) -> bool:
        """Tell whether one of the source's DAGs may be read."""
        return any(self._reads(dag_id) for dag_id in self._dags(source))

    def may_act(self, source: str) -> bool:
        """Tell whether each of the source's DAGs may be triggered, and the source read."""
        return self.may_read(source) and all(self._triggers(dag_id) for dag_id in self._dags(source))

    def reads_all(self) -> bool:
        """Tell whether no source is closed to the user."""
        return all(self.may_read(source) for source in [*self._own, *sorted(self._fleet)[:1]])

    def _dags(self, source: str) -> tuple[str, ...]:
        """The DAGs of a source. One without a file has those that it had."""
        return (FLEET,) if source in self._fleet else (f"ingest_{source}", f"backfill_{source}")

    def _reads(self, dag_id: str) -> bool:
        if dag_id not in self._readable:
            self._readable[dag_id] = get_auth_manager().is_authorized_dag(
                method="GET", details=_details(dag_id), user=self._user
            )
        return self._readable[dag_id]

    def _triggers(self, dag_id: str) -> bool:
        if dag_id not in self._triggerable:
            self._triggerable[dag_id] = get_auth_manager().is_authorized_dag(
                method="POST", access_entity=DagAccessEntity.RUN, details=_details(dag_id), user=self._user
            )
        return self._triggerable[dag_id]


def user_of_airflow(known: BaseUser) -> User:
    """Return a user whom Airflow knows, with their rights by its auth manager."""
    rights = Rights(known)
    secret = conf.get_mandatory_value("api", "secret_key").encode()
    return User(
        name=f"{known.get_name()}, in Airflow",
        form_key=form_key(secret, f"Airflow user {known.get_id()}"),
        reads_all=rights.reads_all,
        may_read=rights.may_read,
        may_act=rights.may_act,
    )


def _details(dag_id: str) -> DagDetails:
    return DagDetails(id=dag_id, team_name=DagModel.get_team_name(dag_id))
