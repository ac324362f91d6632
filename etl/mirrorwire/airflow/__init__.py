"""What runs inside Airflow: the only package that imports it."""
