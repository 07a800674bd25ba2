using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Weighhouse.Kernel;

namespace Weighhouse.Onnx.Native;

/// <summary>The environment: threads, log, the allocator that sessions share. Made once, never released.</summary>
internal sealed unsafe class OrtEnvironment
{
    private const int LogWarning = 2, LogError = 3, ArenaAllocator = 1, DefaultMemory = 0;

    private readonly OrtApi _api;

    private OrtEnvironment(OrtApi api, OnnxOptions options, int threads)
    {
        _api = api;
        Options = options;
        Threads = threads;
    }

    public static ILogger Log { get; set; } = NullLogger.Instance;

    public OnnxOptions Options { get; }

    public int Threads { get; }

    public nint Raw { get; private set; }

    /// <summary>What the runtime calls ordinary memory.</summary>
    public nint CpuMemory { get; private set; }

    /// <summary>Plain allocation, for names and single values.</summary>
    public nint Allocator { get; private set; }

    public static Result<OrtEnvironment> Create(OrtLibrary library, OnnxOptions options)
    {
        var threads = options.ThreadsMax > 0 ? options.ThreadsMax : Environment.ProcessorCount;
        var made = new OrtEnvironment(library.Api, options, threads);
        return (made.CreateNative() ?? made.ShareMemory()) is { } error ? error : made;
    }

    public List<string> Providers()
    {
        byte** names;
        int count;
        _api.Require(_api.GetAvailableProviders(&names, &count));
        var list = new List<string>();
        for (var i = 0; i < count; i++) list.Add(Marshal.PtrToStringUTF8((nint)names[i]) ?? "");
        _api.Require(_api.ReleaseAvailableProviders(names, count));
        return list;
    }

    public string BuildInfo() => Marshal.PtrToStringUTF8((nint)_api.GetBuildInfoString()) ?? "";

    private Error? CreateNative()
    {
        nint threading, environment, memory, allocator;
        _api.Require(_api.CreateThreadingOptions(&threading));
        _api.Require(_api.SetGlobalIntraOpNumThreads(threading, Threads));
        _api.Require(_api.SetGlobalInterOpNumThreads(threading, Math.Max(1, Options.BranchThreadsMax)));
        _api.Require(_api.SetGlobalSpinControl(threading, Options.Spin ? 1 : 0));
        using var name = new Utf8Texts("weighhouse");
        var status = _api.CreateEnvWithCustomLoggerAndGlobalThreadPools(
            (delegate* unmanaged<nint, int, byte*, byte*, byte*, byte*, void>)&Heard, 0, LogWarning, name[0], threading, &environment);
        _api.ReleaseThreadingOptions(threading);
        if (_api.Take(status, OrtTask.Start) is { } error) return error;
        Raw = environment;
        // Only builds for Windows send anything; ours never shall.
        _api.Require(_api.DisableTelemetryEvents(environment));
        _api.Require(_api.CreateCpuMemoryInfo(ArenaAllocator, DefaultMemory, &memory));
        _api.Require(_api.GetAllocatorWithDefaultOptions(&allocator));
        (CpuMemory, Allocator) = (memory, allocator);
        return null;
    }

    private Error? ShareMemory()
    {
        var bytesMax = Options.ArenaBytesMax > 0 ? Options.ArenaBytesMax : GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4 * 3;
        using var keys = new Utf8Texts("max_mem", "arena_extend_strategy", "initial_chunk_size_bytes", "initial_growth_chunk_size_bytes");
        // Strategy 0 doubles the pieces as it grows, and so their number stays small.
        var values = stackalloc nuint[] { (nuint)bytesMax, 0, (nuint)Options.ArenaGrowthBytes, (nuint)Options.ArenaGrowthBytes };
        nint arena;
        if (_api.Take(_api.CreateArenaCfgV2(keys.Pointer, values, keys.Count, &arena), OrtTask.Start) is { } wrong) return wrong;
        var status = _api.CreateAndRegisterAllocator(Raw, CpuMemory, arena);
        _api.ReleaseArenaCfg(arena);
        return _api.Take(status, OrtTask.Start);
    }

    [UnmanagedCallersOnly]
    private static void Heard(nint state, int severity, byte* category, byte* id, byte* place, byte* message)
    {
        try
        {
            var (about, text) = (Marshal.PtrToStringUTF8((nint)category) ?? "", Marshal.PtrToStringUTF8((nint)message) ?? "");
            if (severity >= LogError) Log.RuntimeFailed(about, text);
            else if (severity == LogWarning) Log.RuntimeWarned(about, text);
            else Log.RuntimeSaid(about, text);
        }
        catch (Exception)
        {
            // Boundary to native code, through which no exception may pass: a log that fails loses its line.
        }
    }
}
