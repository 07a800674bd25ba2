namespace Weighhouse.Serving;

/// <summary>What a scan may have said of a model's files, so that they are run in Python; from the strictest on.</summary>
public enum PythonVerdict
{
    Safe,

    /// <summary>Also what only a person can judge: code, TorchScript.</summary>
    Unknown,

    /// <summary>Everything: whoever sets this vouches for every model that anybody may deploy.</summary>
    Unsafe,
}

/// <summary>Whether workers are shut in: no network, no other process, a read-only system, no rights.</summary>
public enum PythonIsolation
{
    /// <summary>Where the machine allows it; where it does not, only models that a scan calls safe are run.</summary>
    Auto,

    /// <summary>No worker runs that is not shut in.</summary>
    Required,

    /// <summary>No worker is shut in.</summary>
    Off,
}

/// <summary>Limits of models that run in Python processes.</summary>
public sealed record PythonOptions
{
    /// <value>"python3": the first of that name on the PATH.</value>
    public string Interpreter { get; init; } = "python3";

    public PythonVerdict WorstVerdict { get; init; } = PythonVerdict.Unknown;

    public PythonIsolation Isolation { get; init; } = PythonIsolation.Auto;

    /// <value>1 worker for each version that is always there: each holds the model in memory.</value>
    public int WorkersMin { get; init; } = 1;

    /// <value>0: as many as there are processors, when requests wait.</value>
    public int WorkersMax { get; init; }

    /// <value>4 GiB of memory that a worker may take.</value>
    public long MemoryBytesMax { get; init; } = 4L << 30;

    /// <value>256 MiB in each of its folders for scratch, which are memory; and the longest file it may write.</value>
    public long ScratchBytesMax { get; init; } = 256L << 20;

    /// <value>1,024 open files.</value>
    public int OpenFilesMax { get; init; } = 1_024;

    /// <value>4,096 processes and threads of the worker's user: libraries of a large machine start one for each processor.</value>
    public int ProcessesMax { get; init; } = 4_096;

    /// <value>0: no bound on the processor time of a worker's life. With one, it is ended then, and replaced.</value>
    public int CpuSecondsMax { get; init; }

    /// <value>5: when processors are scarce the server answers first.</value>
    public int Nice { get; init; } = 5;

    /// <value>30 seconds from the start of a process until it says hello.</value>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <value>5 minutes to load the model: gigabytes of weights, and imports.</value>
    public TimeSpan LoadTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <value>1 minute a request; a worker that takes longer hangs, and is ended.</value>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <value>0: a worker is not replaced for how much it has answered.</value>
    public int RecycleRequests { get; init; }

    /// <value>0: a worker is not replaced for how much memory it has held at most.</value>
    public long RecycleBytes { get; init; }

    /// <value>5 minutes until a worker beyond the least number that nobody needed is ended.</value>
    public TimeSpan IdleMax { get; init; } = TimeSpan.FromMinutes(5);

    /// <value>15 seconds between looks at workers that have nothing to do.</value>
    public TimeSpan HealthInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <value>5 seconds for a worker that has nothing to do to say so.</value>
    public TimeSpan HealthTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <value>500 ms before a worker that died without having answered is replaced, and twice as long before each of the next.</value>
    public TimeSpan RestartDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <value>1 minute: the longest of these delays.</value>
    public TimeSpan RestartDelayMax { get; init; } = TimeSpan.FromMinutes(1);

    /// <value>1 GiB: the largest answer of a worker that is taken.</value>
    public int ReplyBytesMax { get; init; } = 1 << 30;
}
