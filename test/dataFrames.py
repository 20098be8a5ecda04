"""Reads a data cache with pandas and polars as it is, and prints what they see as JSON."""

import json
import sys

import pandas as pd
import polars as pl

root = sys.argv[1]
ROWS = {
    "bar": ["start", "end", "open", "close", "volume"],
    "print": ["time", "price", "size", "flags"],
}


def texts(values):
    return [v.isoformat() if hasattr(v, "isoformat") else str(v) for v in values]


def with_pandas(folder, columns):
    frame = pd.read_parquet(folder)
    return [texts(row) for row in frame[columns].itertuples(index=False)]


def with_polars(pattern, columns):
    frame = pl.scan_parquet(pattern, hive_partitioning=True).select("symbol", *columns).collect()
    return [texts(row) for row in frame.rows()]


seen = {
    "pandas": {
        "bar": with_pandas(f"{root}/kind=bar/timeframe=1m/symbol=SPY", ROWS["bar"]),
        "print": with_pandas(f"{root}/kind=print/symbol=SPY", ROWS["print"]),
        "factor": with_pandas(f"{root}/kind=factor/symbol=SPY", ["until", "price_factor"]),
        # A whole tree at once; its folders are columns.
        "tree": sorted(pd.read_parquet(f"{root}/kind=bar/timeframe=1m")["symbol"].astype(str).unique().tolist()),
        "mean": float(pd.read_parquet(f"{root}/kind=bar/timeframe=1m/symbol=SPY").close.astype(float).mean()),
    },
    "polars": {
        "bar": with_polars(f"{root}/kind=bar/timeframe=1m/**/*.parquet", ROWS["bar"]),
        "print": with_polars(f"{root}/kind=print/**/*.parquet", ROWS["print"]),
        "factor": with_polars(f"{root}/kind=factor/**/*.parquet", ["until", "price_factor"]),
        "mean": float(
            pl.scan_parquet(f"{root}/kind=bar/timeframe=1m/symbol=SPY/*.parquet")
            .select(pl.col("close").cast(pl.Float64).mean())
            .collect()
            .item()
        ),
    },
}
print(json.dumps(seen))
