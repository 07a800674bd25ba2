namespace Weighhouse.Onnx;

/// <summary>How the runtime works in this process. All sessions share its threads and its memory.</summary>
public sealed record OnnxOptions
{
    /// <summary>Threads that compute one operator together, the caller's included.</summary>
    /// <value>0: one for each processor of the machine or the container.</value>
    public int ThreadsMax { get; init; }

    /// <summary>Threads that compute independent branches of a graph at once, for sessions that ask for it.</summary>
    /// <value>1: branches follow one another. Requests are many, and so the processors are busy anyway.</value>
    public int BranchThreadsMax { get; init; } = 1;

    /// <summary>Whether threads that wait for work keep a processor busy: it saves a few microseconds on a machine of one's own.</summary>
    /// <value>false: training and other servers share the machine.</value>
    public bool Spin { get; init; }

    /// <summary>The most memory that tensors and weights of all sessions may take together, in bytes.</summary>
    /// <value>0: three quarters of what the machine or the container has. At the limit a call fails, instead of the process.</value>
    public long ArenaBytesMax { get; init; }

    /// <summary>The smallest piece by which the shared memory grows, in bytes.</summary>
    /// <value>1 MiB: small models stay small; what a call needs beyond is taken as it is.</value>
    public int ArenaGrowthBytes { get; init; } = 1 << 20;
}

/// <summary>How much work goes into making a graph quicker before it runs.</summary>
public enum OnnxOptimization
{
    None = 0,
    Basic = 1,
    Extended = 2,
    All = 99,
}

/// <summary>How one model is loaded.</summary>
public sealed record OnnxSessionOptions
{
    public static readonly OnnxSessionOptions Default = new();

    /// <value>All: loading takes a little longer, every call less.</value>
    public OnnxOptimization Optimization { get; init; } = OnnxOptimization.All;

    /// <summary>Threads of the session's own instead of the shared ones.</summary>
    /// <value>null: the shared ones.</value>
    public int? OwnThreads { get; init; }

    /// <value>false: branches of the graph follow one another.</value>
    public bool ParallelBranches { get; init; }

    /// <summary>Whether tensors in between lie in the shared memory, which is kept for the next call.</summary>
    /// <value>true: asking the system for memory on each call is slower.</value>
    public bool Arena { get; init; } = true;

    /// <summary>Whether the places of tensors in between are remembered for each combination of input shapes.</summary>
    /// <value>
    /// null: only for models whose shapes are fixed but for the first dimension, or every length ever seen would stay in memory.
    /// </value>
    public bool? RememberPlaces { get; init; }

    /// <summary>Sizes for free dimensions, by their names.</summary>
    public IReadOnlyDictionary<string, long> Dimensions { get; init; } = new Dictionary<string, long>();

    /// <summary>Settings of the runtime's own, by its names; those that read or write files are refused.</summary>
    public IReadOnlyDictionary<string, string> Entries { get; init; } = new Dictionary<string, string>();

    /// <summary>Other processors to try first, in order: CUDAExecutionProvider, for example. The CPU is always the last resort.</summary>
    public IReadOnlyList<OnnxProvider> Providers { get; init; } = [];
}

/// <param name="Name">As the runtime calls it; <c>OnnxRuntime.Providers</c> lists what the library has.</param>
public sealed record OnnxProvider(string Name)
{
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();
}
