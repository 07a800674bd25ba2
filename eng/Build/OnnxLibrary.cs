using System.Runtime.InteropServices;

namespace Weighhouse.Build;

/// <summary>
/// The native library of ONNX Runtime: the npm package of its Node binding carries it for every platform, and this one's is kept.
/// Models of the kind ONNX are served with it; everything else does without.
/// </summary>
internal static class OnnxLibrary
{
    /// <summary>The test project that runs models.</summary>
    public const string UsedBy = "Weighhouse.Tests";

    private const string Folder = "eng/OnnxRuntime";

    private static readonly Stamp Restored = new("onnxruntime", $"{Folder}/package.json", $"{Folder}/package-lock.json");

    private static string Packages => Path.Combine(Paths.Root, Folder, "node_modules");

    private static string Libraries => Path.Combine(Packages, "onnxruntime-node", "bin");

    private static string Platform => Path.Combine(
        OperatingSystem.IsWindows() ? "win32" : OperatingSystem.IsMacOS() ? "darwin" : "linux",
        RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant());

    /// <summary>The caller holds the build lock.</summary>
    public static async Task RestoreAsync()
    {
        if (!Directory.Exists(Libraries)) Restored.Forget();
        await Restored.UnlessFreshAsync(async () =>
        {
            await Web.RequireNodeAsync();
            Say.Line("Fetching ONNX Runtime …");
            // Its install script would fetch libraries for graphics processors from elsewhere.
            await Tool.QuietlyAsync(
                "npm-onnxruntime", Web.Npm, "ci", "--prefix", Path.Combine(Paths.Root, Folder), "--ignore-scripts", "--no-audit",
                "--no-fund");
            KeepThisPlatform();
        });
    }

    /// <summary>A program that can do everything else is better than none.</summary>
    public static async Task TryRestoreAsync()
    {
        try
        {
            await RestoreAsync();
        }
        catch (BuildFailed failure)
        {
            Say.Line(failure.Message);
            Say.Line("Weighhouse will not serve ONNX models. hint: './build restore' when the npm registry can be reached.");
        }
    }

    /// <summary>A quarter of a gigabyte for other platforms is of no use here.</summary>
    private static void KeepThisPlatform()
    {
        var platforms = Directory.GetDirectories(Libraries).SelectMany(Directory.GetDirectories).SelectMany(Directory.GetDirectories);
        var kept = Path.DirectorySeparatorChar + Platform;
        foreach (var folder in platforms.Where(folder => !folder.EndsWith(kept, StringComparison.Ordinal)))
            Directory.Delete(folder, recursive: true);
    }
}
