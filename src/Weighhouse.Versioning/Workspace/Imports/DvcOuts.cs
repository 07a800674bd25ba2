using Weighhouse.Kernel;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Weighhouse.Versioning.Workspace.Imports;

/// <summary>A file or folder that DVC tracks.</summary>
/// <param name="Path">From the repository's root.</param>
/// <param name="Digest">As written, with ".dir" for a folder; null for what is not in a cache of MD5.</param>
/// <param name="IsNew">Written by DVC 3, whose MD5 is of the bytes as they are.</param>
internal readonly record struct DvcOut(string Path, string? Digest, bool IsNew, bool IsExecutable)
{
    public const string FolderSuffix = ".dir";

    public bool IsFolder => Digest?.EndsWith(FolderSuffix, StringComparison.Ordinal) is true;

    public Result<ContentAlias> Alias => ContentAlias.Parse(
        IsNew ? AliasAlgorithm.Md5 : AliasAlgorithm.Md5OfText, IsFolder ? Digest![..^FolderSuffix.Length] : Digest!);
}

/// <summary>The outputs that a .dvc file or a dvc.lock names.</summary>
internal static class DvcOuts
{
    /// <summary>A lock of thousands of stages has one or two megabytes.</summary>
    public const int FileBytesMax = 32 << 20;

    private const int DepthMax = 32;

    public const string FileSuffix = ".dvc";
    public const string LockName = "dvc.lock";
    public const string PipelineName = "dvc.yaml";

    /// <param name="path">Of a .dvc file, from the repository's root.</param>
    public static Result<IReadOnlyList<DvcOut>> OfFile(string path, string text)
    {
        if (!Load(path, text).TryGet(out var root, out var error)) return error;
        var outs = new List<DvcOut>();
        return Collect(outs, path, root, FolderOf(path), Text(root, "wdir")) is { } refusal ? refusal : outs;
    }

    /// <param name="path">Of a dvc.lock.</param>
    /// <param name="pipeline">The dvc.yaml beside it, which says where stages run; null without one.</param>
    public static Result<IReadOnlyList<DvcOut>> OfLock(string path, string text, string? pipeline)
    {
        if (!Load(path, text).TryGet(out var root, out var error)) return error;
        if (!Load(path, pipeline ?? "{}").TryGet(out var yaml, out error)) return error;
        var outs = new List<DvcOut>();
        // The first schema had the stages at the top.
        foreach (var (name, stage) in Children(Child(root, "stages") ?? root))
        {
            var declared = Child(Child(yaml, "stages"), name.Split('@')[0]);
            if (Collect(outs, path, stage, FolderOf(path), Text(declared, "wdir")) is { } refusal) return refusal;
        }

        return outs;
    }

    /// <summary>A path from the root without "." and ".."; null when it leads out.</summary>
    public static string? Resolve(string folder, string path)
    {
        if (path.Contains("://", StringComparison.Ordinal) || path.StartsWith('/')) return null;
        var names = new List<string>();
        foreach (var name in $"{folder}/{path}".Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (name == ".") continue;
            if (name != "..") names.Add(name);
            else if (names.Count == 0) return null;
            else names.RemoveAt(names.Count - 1);
        }

        return string.Join('/', names);
    }

    private static Error? Collect(List<DvcOut> outs, string file, YamlNode? node, string folder, string? workFolder)
    {
        if (Child(node, "outs") is not YamlSequenceNode list) return null;
        foreach (var entry in list)
        {
            if (Text(entry, "path") is not { } written) return Error.Invalid($"{file} has an output without a path.");
            var at = Resolve(folder, workFolder ?? "") is { } from ? Resolve(from, written) : null;
            if (at is null or "") return Error.Invalid($"{file} tracks '{PlainText.Cut(written, 80)}', which lies outside the repository.");
            var isNew = Text(entry, "hash") == "md5";
            outs.Add(new DvcOut(at, Text(entry, "md5"), isNew, Text(entry, "isexec") == "true"));
        }

        return null;
    }

    /// <summary>The document's top, once it is known to be small, shallow and without aliases: DVC writes none.</summary>
    private static Result<YamlNode> Load(string path, string text)
    {
        try
        {
            var parser = new Parser(new StringReader(text));
            var depth = 0;
            while (parser.MoveNext())
            {
                depth += parser.Current!.NestingIncrease;
                if (depth > DepthMax || parser.Current is AnchorAlias)
                    return Error.Invalid($"{path} is nested deeper than {DepthMax} or has aliases: that is no file of DVC's.");
            }

            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            return stream.Documents.Count == 0 ? new YamlMappingNode() : stream.Documents[0].RootNode;
        }
        catch (YamlException exception)
        {
            return Error.Invalid($"{path} is not the YAML expected: {exception.Message}");
        }
    }

    private static string FolderOf(string path) => path[..Math.Max(0, path.LastIndexOf('/'))];

    private static YamlNode? Child(YamlNode? node, string key) =>
        node is YamlMappingNode mapping && mapping.Children.TryGetValue(new YamlScalarNode(key), out var child) ? child : null;

    private static IEnumerable<(string Name, YamlNode Value)> Children(YamlNode node) => node is YamlMappingNode mapping
        ? mapping.Children.Where(static child => child.Key is YamlScalarNode)
            .Select(static child => (((YamlScalarNode)child.Key).Value ?? "", child.Value))
        : [];

    private static string? Text(YamlNode? node, string key) => Child(node, key) is YamlScalarNode scalar ? scalar.Value : null;
}
