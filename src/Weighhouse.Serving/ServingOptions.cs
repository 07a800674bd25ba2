namespace Weighhouse.Serving;

/// <summary>The module's limits.</summary>
public sealed record ServingOptions
{
    /// <summary>Where files of models are placed to be opened; below the data directory.</summary>
    public required string Folder { get; init; }

    /// <value>20 GiB of placed files: what is least recently opened goes when more is needed; the store has it still.</value>
    public long PlacedBytesMax { get; init; } = 20L << 30;

    /// <value>128 characters a deployment's name: it is part of addresses and of metrics.</value>
    public int NameLengthMax { get; init; } = 128;

    /// <value>64 routes a deployment: each keeps a model in memory.</value>
    public int RoutesMax { get; init; } = 64;

    /// <value>10,000 of weight a route: a hundredth of a percent is the finest share anybody asked for.</value>
    public int WeightMax { get; init; } = 10_000;

    /// <value>10,000 deployments a server: all of them are in the routing table.</value>
    public int DeploymentsMax { get; init; } = 10_000;

    /// <value>1,000 characters of a reason: a sentence or two, and a link.</value>
    public int ReasonLengthMax { get; init; } = 1_000;

    /// <value>1,000 deployments or changes a page.</value>
    public int PageMax { get; init; } = 1_000;

    /// <value>Half a second between looks for what other replicas deployed, and for aliases that moved.</value>
    public TimeSpan FollowInterval { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <value>A minute between looks at everything when nothing seems to have changed.</value>
    public TimeSpan FollowAgainMax { get; init; } = TimeSpan.FromMinutes(1);

    /// <value>2 models loaded at once: a load takes a processor, and requests need the others.</value>
    public int LoadsAtOnce { get; init; } = 2;

    /// <value>5 more attempts at a load that failed for a reason that may pass, as TensorFlow Serving.</value>
    public int LoadRetriesMax { get; init; } = 5;

    /// <value>15 seconds before the first of them, and twice as long before each of the next.</value>
    public TimeSpan LoadRetryDelay { get; init; } = TimeSpan.FromSeconds(15);

    /// <value>0: two runs of one model at once for each processor; more would only wait for one.</value>
    public int RunsAtOnce { get; init; }

    /// <value>1,000 requests waiting for a run of one model: at 1 ms each that is a second.</value>
    public int WaitingMax { get; init; } = 1_000;

    /// <summary>Limits of models that run in Python processes.</summary>
    public PythonOptions Python { get; init; } = new();

    /// <value>1 second: what a request that was turned away is told to wait.</value>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <value>0: one batch at once for each processor, whatever models they are of.</value>
    public int BatchRunsAtOnce { get; init; }

    /// <value>65,536 rows of one run: beyond that a run lasts longer than the next one should wait.</value>
    public int BatchRowsMax { get; init; } = 65_536;

    /// <value>10 seconds of waiting for others.</value>
    public int BatchDelayMsMax { get; init; } = 10_000;

    /// <value>100,000 requests waiting for their run: each keeps its tensors in memory.</value>
    public int BatchQueueMax { get; init; } = 100_000;

    /// <value>10 minutes, for timeouts and objectives: no client waits longer.</value>
    public int BatchTimeoutMsMax { get; init; } = 600_000;

    /// <value>32 preferred sizes.</value>
    public int BatchPreferredMax { get; init; } = 32;
}
