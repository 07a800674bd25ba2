using System.Reflection;
using Weighhouse.Kernel;

namespace Weighhouse.Wire.Grpc.Schema;

/// <summary>The files of docs/reference/proto, as they lie in the program, and what they declare.</summary>
internal sealed class ProtoFiles
{
    private const string Prefix = "proto/";

    private static readonly Lazy<ProtoFiles> Loaded = new(() => new ProtoFiles());

    private readonly Dictionary<string, (ProtoFile File, byte[] Descriptor)> _files;

    private ProtoFiles()
    {
        var assembly = typeof(ProtoFiles).Assembly;
        var parsed = assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(name => ProtoParser.Parse(name[Prefix.Length..].Replace('\\', '/'), Read(assembly, name))).ToList();
        Names = new ProtoNames(parsed);
        _files = parsed.ToDictionary(file => file.Name, file => (file, DescriptorWriter.Write(file, Names)), StringComparer.Ordinal);
    }

    /// <summary>Read when the first client asks: most servers are never asked.</summary>
    public static ProtoFiles All => Loaded.Value;

    public ProtoNames Names { get; }

    public IEnumerable<string> FileNames => _files.Keys;

    public bool TryFind(string name, out ProtoFile? file)
    {
        file = _files.TryGetValue(name, out var found) ? found.File : null;
        return file is not null;
    }

    /// <summary>A file and, after it, all that it imports; every file once.</summary>
    public IReadOnlyList<ProtoFile> WithImports(ProtoFile file)
    {
        List<ProtoFile> found = [file];
        for (var i = 0; i < found.Count; i++)
            foreach (var import in found[i].Imports)
                if (found.TrueForAll(known => known.Name != import)) found.Add(_files[import].File);
        return found;
    }

    public byte[] DescriptorOf(ProtoFile file) => _files[file.Name].Descriptor;

    private static string Read(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name);
        Invariant.That(stream is not null);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
