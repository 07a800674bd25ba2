namespace Weighhouse.Versioning.Workspace.Remotes.Server;

/// <summary>The limits of an exchange with a server. Together they keep it below 256 MB of memory whatever is moved.</summary>
internal static class ServerLimits
{
    /// <summary>Packs under way at once: one connection seldom fills a line, and more than these only wait for the same disk.</summary>
    public const int PacksAtOnce = 4;

    /// <summary>A pack on its way up, which the server remembers the place of.</summary>
    public const long PackBytes = 64 << 20;

    /// <summary>
    /// What one request carries of a pack. The server has it on disk when it answers, so that with all packs under way 8 MiB are sent
    /// twice at most, whoever dies; and a refusal is heard, as one that comes before the end of a long body is not.
    /// </summary>
    public const long SentAtOnceBytes = 2 << 20;

    /// <summary>A part of a plan that one request fetches: what is lost at most when this process is killed, of each at once.</summary>
    public const long PartBytes = 16 << 20;

    /// <summary>Places of a plan that one part covers: the bitmap of those that lack stays below 11 KB.</summary>
    public const int PartPlacesMax = 65_536;

    /// <summary>Chunks that are asked about before their sending begins: 256 GB of tensors, 16 GB of text, 20 MB of memory.</summary>
    public const int ChunksAtOnce = 262_144;

    /// <summary>Commits one plan wants: the server's limit.</summary>
    public const int HeadsAtOnce = 1_000;

    /// <summary>Silence for so long is a line that has gone; a server makes no more than a few megabytes durable without a sign.</summary>
    public static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(60);

    public static readonly TimeSpan ConnectTimeMax = TimeSpan.FromSeconds(15);

    /// <summary>Attempts in a row without any progress, before giving up: about half a minute with their pauses.</summary>
    public const int AttemptsMax = 7;

    public static readonly TimeSpan PauseFirst = TimeSpan.FromMilliseconds(250);

    public static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(10);
}
