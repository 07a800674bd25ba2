using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Weighhouse.Kernel;

namespace Weighhouse.Data;

/// <summary>One step of one module's schema, as the program carries it.</summary>
internal sealed record Migration(string Module, int Version, string Name, string Script)
{
    private const string PostgresSuffix = ".pg";

    /// <summary>Over the text with line ends as LF, so that a checkout's settings do not change it.</summary>
    public string Checksum { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Script.ReplaceLineEndings("\n"))));

    /// <summary>A module's steps for one engine, from 1 on without a gap.</summary>
    public static List<Migration> Of(MigrationSource source, DatabaseEngine engine)
    {
        var prefix = $"{source.Assembly.GetName().Name}/Migrations/";
        var scripts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var resource in source.Assembly.GetManifestResourceNames())
            if (resource.StartsWith(prefix, StringComparison.Ordinal))
                scripts[resource[prefix.Length..^".sql".Length]] = Read(source.Assembly, resource);

        var migrations = new List<Migration>();
        foreach (var (stem, script) in scripts)
        {
            if (stem.EndsWith(PostgresSuffix, StringComparison.Ordinal)) continue;
            var chosen = engine is DatabaseEngine.PostgreSql ? scripts.GetValueOrDefault(stem + PostgresSuffix, script) : script;
            migrations.Add(Parse(source.Module, stem, chosen));
        }

        migrations.Sort(static (one, other) => one.Version.CompareTo(other.Version));
        for (var i = 0; i < migrations.Count; i++)
            if (migrations[i].Version != i + 1)
                throw new InvariantException($"The migrations of '{source.Module}' must be numbered from 0001 without a gap; "
                    + $"{migrations[i].Version:0000} stands at place {i + 1}.");
        return migrations;
    }

    private static Migration Parse(string module, string stem, string script)
    {
        var parts = stem.Split('_', 2);
        if (parts.Length != 2 || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var version))
            throw new InvariantException($"The migration '{stem}' of '{module}' must be named 0001_name.sql.");
        return new Migration(module, version, parts[1], script);
    }

    private static string Read(Assembly assembly, string resource)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }
}
