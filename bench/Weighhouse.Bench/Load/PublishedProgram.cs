namespace Weighhouse.Bench.Load;

/// <summary>The program as users run it: what './weigh' published, not a debug build.</summary>
internal static class PublishedProgram
{
    public static string Find()
    {
        var folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Weighhouse.slnx"))) folder = Path.GetDirectoryName(folder);
        var program = folder is null ? null : Path.Combine(folder, "artifacts", "weigh", "weigh");
        return File.Exists(program)
            ? program
            : throw new InvalidOperationException(
                "There is no published program; './build bench tracking' makes it, --program names another.");
    }
}
