using System.Collections.Frozen;
using System.Text.Json;
using Weighhouse.Kernel;

namespace Weighhouse.Web.Assets;

/// <summary>A file of the front end in the encodings it was bundled with.</summary>
internal sealed record Asset(string ContentType, byte[] Plain, byte[] Gzip, byte[] Brotli);

/// <summary>
/// What the web folder's build left in this assembly: files named by their content, the icons' drawings, the words of the scripts. It never
/// changes while the process lives, so it is read once.
/// </summary>
internal sealed class AssetCatalog
{
    public const string Folder = "/assets/";

    private const string ResourcePrefix = "assets/";

    private static readonly Lazy<AssetCatalog> Loaded = new(() => new AssetCatalog());

    private readonly FrozenDictionary<string, Asset> _files;
    private readonly FrozenDictionary<string, string> _urls;
    private readonly FrozenDictionary<string, string> _icons;
    private readonly FrozenDictionary<string, string> _scriptWords;

    private AssetCatalog()
    {
        _files = ReadFiles();
        using var manifest = JsonDocument.Parse(Read("manifest.json"));
        var root = manifest.RootElement;
        _urls = root.GetProperty("assets").EnumerateObject()
            .ToFrozenDictionary(asset => asset.Name, asset => Folder + asset.Value.GetString());
        _icons = root.GetProperty("icons").EnumerateObject().ToFrozenDictionary(icon => icon.Name, icon => icon.Value.GetString()!);
        _scriptWords = root.GetProperty("strings").EnumerateObject()
            .ToFrozenDictionary(words => words.Name, words => words.Value.GetRawText());
    }

    public static AssetCatalog Instance => Loaded.Value;

    public IEnumerable<string> Icons => _icons.Keys.Order(StringComparer.Ordinal);

    public Asset? Find(string file) => _files.GetValueOrDefault(file);

    /// <summary>Where an entry of the bundle is: "app.js", "app.css", "favicon.svg".</summary>
    public string Url(string entry)
    {
        Invariant.That(_urls.ContainsKey(entry), $"web/build.mjs makes no entry '{entry}'");
        return _urls[entry];
    }

    /// <summary>What is inside the icon's svg element.</summary>
    public string IconOf(string name)
    {
        Invariant.That(_icons.ContainsKey(name), $"web/icons has no icon '{name}'");
        return _icons[name];
    }

    /// <summary>The scripts' words in a language, as JSON.</summary>
    public string ScriptWords(string language) => _scriptWords[language];

    private static FrozenDictionary<string, Asset> ReadFiles()
    {
        var names = typeof(AssetCatalog).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(ResourcePrefix, StringComparison.Ordinal))
            .Select(name => name[ResourcePrefix.Length..])
            .Where(name => name is not "manifest.json" && !name.EndsWith(".gz", StringComparison.Ordinal)
                && !name.EndsWith(".br", StringComparison.Ordinal));
        return names.ToFrozenDictionary(name => name, name => new Asset(TypeOf(name), Read(name), Read(name + ".gz"), Read(name + ".br")));
    }

    private static byte[] Read(string name)
    {
        using var stream = typeof(AssetCatalog).Assembly.GetManifestResourceStream(ResourcePrefix + name);
        Invariant.That(stream is not null, $"'{name}' is not embedded: the web folder was not bundled");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".js" => "text/javascript; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".svg" => "image/svg+xml",
        var other => Invariant.Unreachable<string>(other),
    };
}
