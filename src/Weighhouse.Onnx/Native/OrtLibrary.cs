using System.Runtime.InteropServices;
using Weighhouse.Kernel;

namespace Weighhouse.Onnx.Native;

/// <summary>
/// The native library, once a process: the one named by WEIGH_ONNXRUNTIME, else the one beside the executable, else the one that the
/// build of this clone fetched. It is never unloaded: its threads and our function pointers would be left over nothing.
/// </summary>
internal sealed unsafe class OrtLibrary
{
    public const string OverrideVariable = "WEIGH_ONNXRUNTIME";

    /// <summary>Where the build keeps what it fetched, from the root of a clone.</summary>
    private const string FetchedFolder = "eng/OnnxRuntime/node_modules/onnxruntime-node/bin/napi-v6";

    private static readonly Lazy<Result<OrtLibrary>> Once = new(Load);

    private OrtLibrary(OrtApi api, string path, string source, string version, int apiVersion)
    {
        Api = api;
        Path = path;
        Source = source;
        Version = version;
        ApiVersion = apiVersion;
    }

    public static Result<OrtLibrary> Instance => Once.Value;

    public OrtApi Api { get; }

    public string Path { get; }

    /// <summary>How it was found, in words.</summary>
    public string Source { get; }

    public string Version { get; }

    public int ApiVersion { get; }

    private static string FileName => OperatingSystem.IsWindows() ? "onnxruntime.dll"
        : OperatingSystem.IsMacOS() ? "libonnxruntime.1.dylib" : "libonnxruntime.so.1";

    private static Result<OrtLibrary> Load()
    {
        var named = Environment.GetEnvironmentVariable(OverrideVariable);
        if (named is { Length: > 0 }) return Open(named, $"named by {OverrideVariable}");
        var candidates = Candidates(AppContext.BaseDirectory).ToList();
        var found = candidates.Find(candidate => File.Exists(candidate.Path));
        return found.Path is not null
            ? Open(found.Path, found.Source)
            : new Error(ErrorCode.Unavailable,
                $"No ONNX Runtime was found: no {FileName} {string.Join(" and none ", candidates.Select(candidate => candidate.Source))}. "
                + $"Run './build restore' in a clone, or name the library in {OverrideVariable}.");
    }

    /// <summary>Where the library is looked for by a program in <paramref name="folder"/>, in order.</summary>
    public static IEnumerable<(string Path, string Source)> Candidates(string folder)
    {
        yield return (System.IO.Path.Combine(folder, FileName), "beside the executable");
        // Only a clone of ours: any other folder above the program may be somebody else's to write in.
        var root = new DirectoryInfo(folder);
        while (root is not null && !File.Exists(System.IO.Path.Combine(root.FullName, "Weighhouse.slnx"))) root = root.Parent;
        if (root is null) yield break;
        var (system, processor) = (OperatingSystem.IsWindows() ? "win32" : OperatingSystem.IsMacOS() ? "darwin" : "linux",
            RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant());
        yield return (System.IO.Path.Combine(root.FullName, FetchedFolder, system, processor, FileName), "fetched by the build");
    }

    /// <summary>Loads one library and asks it for the newest table that it and we know.</summary>
    public static Result<OrtLibrary> Open(string path, string source)
    {
        if (!NativeLibrary.TryLoad(path, out var handle))
            return Unusable(
                path, source,
                File.Exists(path) ? "cannot be loaded here: it is no library for this system and processor" : "does not exist");
        if (!NativeLibrary.TryGetExport(handle, "OrtGetApiBase", out var export))
            return Unusable(path, source, "is no ONNX Runtime: it has no OrtGetApiBase");
        var apiBase = (nint*)((delegate* unmanaged<nint>)export)();
        var version = Marshal.PtrToStringUTF8((nint)((delegate* unmanaged<byte*>)apiBase[1])()) ?? "";
        if (Negotiate(version) is not { } apiVersion)
            return Unusable(path, source, $"is version {version}; this program needs 1.{OrtApi.VersionMin} or newer of the versions 1.x");
        var table = (nint*)((delegate* unmanaged<uint, nint>)apiBase[0])((uint)apiVersion);
        return table == null
            ? Unusable(path, source, $"is version {version} and does not grant version {apiVersion} of its interface")
            : new OrtLibrary(new OrtApi(table, apiVersion), path, source, version, apiVersion);
    }

    /// <summary>The version of the interface is the second number of the library's; asking for a newer one than that is refused.</summary>
    public static int? Negotiate(string version)
    {
        var numbers = version.Split('.', '-', '+');
        if (numbers is not ["1", var minor, ..] || !int.TryParse(minor, out var granted) || granted < OrtApi.VersionMin) return null;
        return Math.Min(granted, OrtApi.VersionMax);
    }

    private static Error Unusable(string path, string source, string why) => new(ErrorCode.Unavailable,
        $"The ONNX Runtime {source} ({path}) {why}. Run './build restore' in a clone, or name another library in {OverrideVariable}.");
}
