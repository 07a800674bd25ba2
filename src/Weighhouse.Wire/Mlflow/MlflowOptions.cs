namespace Weighhouse.Wire;

/// <summary>The limits of the MLflow protocol's folder. What a value may be (key lengths, batch sizes) is the modules' to say.</summary>
public sealed record MlflowOptions
{
    /// <value>33,554,432 bytes a JSON body: a dataset's profile may have 16 MiB, and escaping doubles it.</value>
    public int JsonBodyMaxBytes { get; init; } = 32 << 20;

    /// <value>32 levels of nesting: the deepest request of the protocol has 5.</value>
    public int JsonDepthMax { get; init; } = 32;

    /// <value>10,000 elements of a list in a request, where the operation behind names no smaller number.</value>
    public int ListLengthMax { get; init; } = 10_000;

    /// <value>1 TiB a file: more than any model there is; the disk is the real limit.</value>
    public long ArtifactMaxBytes { get; init; } = 1L << 40;

    /// <value>1,000,000 entries of one directory: MLflow's clients want all of them in one answer.</value>
    public int ArtifactListMax { get; init; } = 1_000_000;

    /// <value>10 MiB a file dropped on the page, as MLflow.</value>
    public long PageUploadMaxBytes { get; init; } = 10 << 20;

    /// <value>5 GiB a part of an upload, as S3.</value>
    public long UploadPartMaxBytes { get; init; } = 5L << 30;

    /// <value>
    /// 3.3.2: a 3.x client sends the spans of traces only to a server that says 3.4 or later, and asks nothing else of the number.
    /// </value>
    public string Version { get; init; } = "3.3.2+weighhouse";
}
