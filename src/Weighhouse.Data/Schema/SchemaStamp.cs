using System.Globalization;

namespace Weighhouse.Data;

/// <summary>
/// One number for the migrations of a build of the program, kept in the header of a SQLite file (<c>user_version</c>). While it is the
/// same, the schema was brought up to date by just this build, and reading, summing and comparing every migration at each start of a
/// command is spared: 30 ms.
/// </summary>
internal static class SchemaStamp
{
    /// <summary>Of the assemblies as they were compiled: another text of a migration is another assembly. Never 0, which a new file
    /// has.</summary>
    public static int Of(IEnumerable<MigrationSource> sources)
    {
        // FNV-1a: nobody is kept out by it, and the runtime's own hashes differ from process to process.
        var sum = 2_166_136_261;
        Span<byte> version = stackalloc byte[16];
        foreach (var source in sources)
        {
            foreach (var letter in source.Module) sum = (sum ^ letter) * 16_777_619;
            source.Assembly.ManifestModule.ModuleVersionId.TryWriteBytes(version);
            foreach (var value in version) sum = (sum ^ value) * 16_777_619;
        }

        return (int)(sum & int.MaxValue) | 1;
    }

    public static string Script(int stamp) => string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version={stamp}");

    public static int Parse(string? text) => int.TryParse(text, CultureInfo.InvariantCulture, out var stamp) ? stamp : 0;
}
