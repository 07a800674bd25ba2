using System.Formats.Tar;
using System.IO.Compression;
using System.Runtime.InteropServices;

namespace Weighhouse.Build;

/// <summary>One archive to copy to a machine that has the ASP.NET Core runtime.</summary>
internal static class Pack
{
    public static async Task<int> RunAsync()
    {
        using var held = await BuildLock.TakeAsync();
        await Web.BundleAsync();
        var name = $"weigh-{Version()}-{RuntimeInformation.RuntimeIdentifier}";
        var folder = Path.Combine(Paths.Artifacts, "pack", name);
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        Say.Line($"Packing {name} …");
        await Publish.CompileAsync(folder);
        File.Copy(Path.Combine(Paths.Root, "LICENSE"), Path.Combine(folder, "LICENSE"));

        var archive = folder + ".tar.gz";
        await using (var file = File.Create(archive))
        await using (var compressed = new GZipStream(file, CompressionLevel.SmallestSize))
            await TarFile.CreateFromDirectoryAsync(folder, compressed, includeBaseDirectory: true);
        Console.WriteLine(Path.GetRelativePath(Paths.Root, archive));
        return ExitCodes.Success;
    }

    private static string Version()
    {
        var properties = System.Xml.Linq.XDocument.Load(Path.Combine(Paths.Root, "Directory.Build.props"));
        return properties.Descendants("Version").First().Value;
    }
}
