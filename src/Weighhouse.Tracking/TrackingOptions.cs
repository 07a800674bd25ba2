namespace Weighhouse.Tracking;

/// <summary>The module's limits and rhythms. Every default is the value a deployment has unless it says otherwise.</summary>
public sealed record TrackingOptions
{
    /// <value>50,000 names: 20 MB at worst; names beyond are read from the database again.</value>
    public int KeyCacheMax { get; init; } = 50_000;

    /// <value>1,000 names of each kind a look: more than anybody reads in a list.</value>
    public int KeysFoundMax { get; init; } = 1_000;

    /// <value>1,000 points a call, as MLflow: its clients cut their batches there.</value>
    public int BatchMetricsMax { get; init; } = 1_000;

    /// <value>100 params a call, as MLflow.</value>
    public int BatchParamsMax { get; init; } = 100;

    /// <value>100 tags a call, as MLflow.</value>
    public int BatchTagsMax { get; init; } = 100;

    /// <value>1,000 metrics, params and tags together a call, as MLflow.</value>
    public int BatchTotalMax { get; init; } = 1_000;

    /// <value>4 MiB a native batch: 1,000 points with the longest keys in escapes, with room to spare.</value>
    public int BatchBodyMaxBytes { get; init; } = 4 << 20;

    /// <value>250 characters a key of a metric, param or tag, as MLflow.</value>
    public int KeyLengthMax { get; init; } = 250;

    /// <value>6,000 characters a param; longer values are cut there, as MLflow does by default.</value>
    public int ParamLengthMax { get; init; } = 6_000;

    /// <value>8,000 characters a tag; longer values are cut there, as MLflow does by default.</value>
    public int TagLengthMax { get; init; } = 8_000;

    /// <value>64 segments: the most that a reader of a chart finds beside the blocks, in the long run.</value>
    public int CompactionSegments { get; init; } = 64;

    /// <value>4,096 points: a quarter of a block, so that a growing block is rewritten four times until it is full.</value>
    public int CompactionPoints { get; init; } = 4_096;

    /// <value>
    /// 16,384 points a block, at most 65,536: 131 KB of values. A chart that needs points reads few of them, and rewriting one for late
    /// points stays cheap.
    /// </value>
    public int CompactionBlockPoints { get; init; } = 16_384;

    /// <value>100,000 series counted at once: 10 MB; beyond it a scan of the tail finds what was not counted.</value>
    public int CompactionSeriesMax { get; init; } = 100_000;

    /// <value>One hour between scans of the tail; only what a replica that is gone has left waits for them.</value>
    public TimeSpan CompactionScanInterval { get; init; } = TimeSpan.FromHours(1);

    /// <value>10 seconds after a failure; the database may be away for a moment.</value>
    public TimeSpan CompactionRetryInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <value>200 series a chart, more than anybody can tell apart; the tails of all are in memory at once, 100 KB each at worst.</value>
    public int EnvelopeSeriesMax { get; init; } = 200;

    /// <value>98,304 bytes a frame, the promise of docs/formats/envelope.md.</value>
    public int EnvelopeBytesMax { get; init; } = 98_304;

    /// <value>64 frames a request: a screen of charts.</value>
    public int EnvelopesPerRequestMax { get; init; } = 64;

    /// <value>25,000 points a page of a history, as MLflow's clients ask for.</value>
    public int HistoryPageMax { get; init; } = 25_000;

    /// <value>100 runs a sample, as MLflow's get-history-bulk-interval.</value>
    public int SampleRunsMax { get; init; } = 100;

    /// <value>2,500 points of each run in a sample, as MLflow.</value>
    public int SamplePointsMax { get; init; } = 2_500;

    /// <value>
    /// 50,000 distinct steps of all runs of a sample: 2 MB to choose every n-th of; of more, steps are chosen by their numbers alone.
    /// </value>
    public int SampleStepsMax { get; init; } = 50_000;

    /// <value>10,000 watchers: 10 MB; as many as the server has connections.</value>
    public int EventWatchersMax { get; init; } = 10_000;

    /// <value>1,000 runs that changed while a watcher was busy; of more it learns only that there were more.</value>
    public int EventRunsMax { get; init; } = 1_000;

    /// <value>200 ms between rounds of events to one watcher: quicker than an eye, slower than a training loop.</value>
    public TimeSpan EventInterval { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <value>15 seconds between signs of life on an idle event stream: proxies cut silence after 30 or 60.</value>
    public TimeSpan EventHeartbeatInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <value>1 second between looks at what other replicas changed, on PostgreSQL and only while somebody watches.</value>
    public TimeSpan EventPollInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <value>500 characters an experiment's name, as MLflow.</value>
    public int ExperimentNameLengthMax { get; init; } = 500;

    /// <value>5,000 characters a tag of an experiment, as MLflow.</value>
    public int ExperimentTagLengthMax { get; init; } = 5_000;

    /// <value>2,048 characters an artifact location, as MLflow.</value>
    public int ArtifactLocationLengthMax { get; init; } = 2_048;

    /// <value>100 characters a project's name: it stands in every grant.</value>
    public int ProjectLengthMax { get; init; } = 100;

    /// <value>1,000 datasets or models a call that logs inputs or outputs, as MLflow.</value>
    public int BatchDatasetsMax { get; init; } = 1_000;

    /// <value>50,000 results a page, as MLflow.</value>
    public int SearchPageMax { get; init; } = 50_000;

    /// <value>10,000 experiments a search: more than a page of experiments lists, and few enough to name in a request.</value>
    public int SearchExperimentsMax { get; init; } = 10_000;

    /// <value>1 TiB a file, as the blob store itself allows: one runaway upload must not take the whole disk.</value>
    public long ArtifactSizeMaxBytes { get; init; } = 1L << 40;

    /// <value>1,000 entries a page of a directory.</value>
    public int ArtifactPageMax { get; init; } = 1_000;

    /// <value>10,000 parts an upload, as S3.</value>
    public int UploadPartsMax { get; init; } = 10_000;

    /// <value>6 hours to send the parts of an upload: 100 GB over 50 Mbit/s take four and a half.</value>
    public TimeSpan UploadPartLifetime { get; init; } = TimeSpan.FromHours(6);

    /// <value>7 days: an upload nobody has completed by then is given up.</value>
    public TimeSpan UploadLifetime { get; init; } = TimeSpan.FromDays(7);

    /// <value>Every 6 hours.</value>
    public TimeSpan UploadsCheckedEvery { get; init; } = TimeSpan.FromHours(6);
}
