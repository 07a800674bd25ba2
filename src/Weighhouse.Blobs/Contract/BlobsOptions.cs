namespace Weighhouse.Blobs;

/// <summary>Where the blobs lie, and the limits of the store, each with its reason.</summary>
public sealed class BlobsOptions
{
    /// <summary>The folder of the store; made when absent, with access for this user only.</summary>
    public required string Folder { get; set; }

    /// <summary>The largest file the store takes whatever the caller allows: one runaway upload must not take the whole disk.</summary>
    /// <value>In bytes; default 1 TiB.</value>
    public long FileSizeMaxBytes { get; set; } = 1L << 40;

    /// <summary>
    /// Uploads of more than 64 KiB that run at once; others wait. Each holds up to 4 MiB of memory and, above 1 MiB, a thread.
    /// </summary>
    /// <value>Default 64, hence at most 256 MiB.</value>
    public int LargeUploadsMax { get; set; } = 64;

    /// <summary>
    /// A pack is ended at this size: large enough that a terabyte is thousands of files and not millions, small enough that copying
    /// the living half of one takes a second.
    /// </summary>
    /// <value>In bytes; default 128 MiB.</value>
    public long PackTargetBytes { get; set; } = 128 << 20;

    /// <summary>Whether reading a whole file checks its digest, for 0.3 to 0.6 ns per byte of one core.</summary>
    /// <value>Default true.</value>
    public bool VerifyReads { get; set; } = true;
}
