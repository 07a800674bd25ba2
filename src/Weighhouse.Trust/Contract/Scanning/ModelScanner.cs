using Weighhouse.Kernel;
using Weighhouse.Trust.Scanning.Bytes;
using Weighhouse.Trust.Scanning.Pickles;

namespace Weighhouse.Trust.Scanning;

/// <summary>A file to scan, wherever its bytes are.</summary>
/// <param name="Path">Its name, as findings are to tell it.</param>
/// <param name="Open">Its bytes from the beginning. A stream that can seek is read where it is; another one is copied aside first.</param>
public sealed record ScanSource(string Path, Func<Stream> Open);

/// <summary>
/// Looks into files of models for what would run when they are loaded. Nothing of what it reads is ever run, imported or unpickled;
/// memory stays within bounds whatever the files say; what cannot be read is never called safe.
/// </summary>
public static class ModelScanner
{
    /// <summary>Names the allow-list that scans use without additions.</summary>
    public static string Rules => AllowedGlobals.Instance.Rules;

    /// <summary>Scans files that belong together, one after another.</summary>
    public static Result<ScanReport> Scan(IEnumerable<ScanSource> sources, ScanOptions? options = null,
        CancellationToken cancellation = default)
    {
        options ??= ScanOptions.Default;
        if (!AllowedGlobals.Instance.With(options.AllowedGlobals).TryGet(out var allowed, out var wrong)) return wrong;
        var run = new ScanRun(options, allowed);
        var files = new List<FileScan>();
        foreach (var source in sources)
        {
            cancellation.ThrowIfCancellationRequested();
            files.Add(ScanOne(source, run));
        }

        return Report(files, run);
    }

    /// <summary>Scans a file, or all files of a folder and those below it. Links are not followed, and told.</summary>
    public static Result<ScanReport> ScanPath(string path, ScanOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= ScanOptions.Default;
        if (!AllowedGlobals.Instance.With(options.AllowedGlobals).TryGet(out var allowed, out var wrong)) return wrong;
        if (!Path.Exists(path)) return Error.NotFound($"There is no file or folder {path}.");
        var run = new ScanRun(options, allowed);
        var files = new List<FileScan>();
        foreach (var (name, full, kind) in ModelFolder.Walk(path))
        {
            cancellation.ThrowIfCancellationRequested();
            files.Add(kind == EntryKind.File ? ScanOne(new ScanSource(name, () => File.OpenRead(full)), run) : NoFile(name, kind, run));
        }

        return Report(files, run);
    }

    private static ScanReport Report(List<FileScan> files, ScanRun run) =>
        new(files.Count == 0 ? ScanVerdict.Safe : files.Max(static file => file.Verdict), files, run.Allowed.Rules, run.FindingsLeftOut);

    private static FileScan ScanOne(ScanSource source, ScanRun run)
    {
        try
        {
            using var stream = source.Open();
            using var spool = stream.CanSeek ? null : Spool.Fill(stream, long.MaxValue, run);
            var content = spool?.Content ?? new SeekableContent(stream);
            return run.ScanFile(source.Path, content.Length, () => run.Scan(content, new ScanPlace(source.Path, source.Path)));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return run.ScanFile(source.Path, 0, () =>
            {
                run.Add(new ScanPlace(source.Path, source.Path), ScanVerdict.Unknown, FindingCode.Unreadable,
                    $"It cannot be read: {exception.Message}",
                    "Make it readable, and scan again.");
                return "unknown";
            });
        }
    }

    private static FileScan NoFile(string name, EntryKind kind, ScanRun run) => run.ScanFile(name, 0, () =>
    {
        var what = kind == EntryKind.Link ? "a link, which may lead anywhere" : "no ordinary file";
        run.Add(new ScanPlace(name, name), ScanVerdict.Unsafe, FindingCode.MemberKind, $"It is {what}.",
            "Put the file itself in its place.");
        return kind == EntryKind.Link ? "link" : "unknown";
    });
}
