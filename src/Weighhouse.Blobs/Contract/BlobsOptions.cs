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
    /// Uploads of more than 256 KiB that run at once; others wait. Each holds up to 6 MiB of memory, and 24 MiB while it reads a long
    /// header of tensors.
    /// </summary>
    /// <value>Default 32, hence about 192 MiB.</value>
    public int LargeUploadsMax { get; set; } = 32;

    /// <summary>
    /// A pack is ended at this size: large enough that a terabyte is thousands of files and not millions, small enough that copying
    /// the living half of one takes a second.
    /// </summary>
    /// <value>In bytes; default 128 MiB.</value>
    public long PackTargetBytes { get; set; } = 128 << 20;

    /// <summary>
    /// Unpacked bases kept in memory, for objects that are stored against them: 16 blocks of tensors let several readers of the same model
    /// share the work.
    /// </summary>
    /// <value>In bytes; default 16 MiB.</value>
    public long BaseCacheBytes { get; set; } = 16 << 20;

    /// <summary>
    /// A pack of less than this part of the target is small: 8 MiB unless the target is changed. What took longer to open than to read
    /// is worth copying together.
    /// </summary>
    public const int SmallPackDivisor = 16;

    /// <summary>So many small packs of a kind are folded into one by the collection; fewer are left for those who append to them.</summary>
    /// <value>Default 8.</value>
    public int SmallPacksMin { get; set; } = 8;

    /// <summary>Tests cut short recipes too. What is stored can be read whatever stands here.</summary>
    internal Store.RecipePartSizes RecipeParts { get; set; } = Store.RecipePartSizes.Default;

    /// <summary>How long what nothing names stays, counted from when it was noticed and no upload from before is under way.</summary>
    /// <value>Default 24 hours: an upload whose name is not yet committed is younger.</value>
    public TimeSpan CollectGrace { get; set; } = TimeSpan.FromHours(24);

    /// <summary>
    /// How fast a server packs weights against the versions before, on one thread behind each collection; 0 for not at all. Off unless
    /// asked for: it saves most of a fine-tune's room, and makes the newest version, which is read most, the one that takes two or three
    /// reads and twice the CPU; and what leans on a base is lost with it.
    /// </summary>
    /// <value>In bytes a second; default 0. 64 MB a second of new weights take a third of a core (f32) to a whole one (bf16).</value>
    public long RepackBytesPerSecondMax { get; set; }

    /// <summary>How long one turn of that takes at most: meanwhile no collection runs.</summary>
    /// <value>Default 1 hour.</value>
    public TimeSpan RepackTimeMax { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How often a server looks for what nothing names.</summary>
    /// <value>Default 6 hours.</value>
    public TimeSpan CollectEvery { get; set; } = TimeSpan.FromHours(6);
}
