using Weighhouse.Trust.Scanning.Bytes;

namespace Weighhouse.Trust.Scanning.Formats;

/// <summary>
/// HDF5, which Keras wrote its models into. The format may keep a configuration anywhere and has links to other files, so that nothing
/// found in it proves it safe; what stands in it plainly can still prove it unsafe.
/// </summary>
internal static class HdfScan
{
    private const string Format = "hdf5";

    private static ReadOnlySpan<byte> Mark => [0x89, (byte)'H', (byte)'D', (byte)'F', (byte)'\r', (byte)'\n', 0x1a, (byte)'\n'];

    /// <summary>A configuration of Keras begins so.</summary>
    private static ReadOnlySpan<byte> Configuration => "{\"class_name\""u8;

    private static ReadOnlySpan<byte> ConfigurationOfKeras3 => "{\"module\""u8;

    public static string? Scan(Content content, ReadOnlySpan<byte> head, ScanPlace place, ScanRun run)
    {
        if (!head.StartsWith(Mark) && !IsAtLaterBlock(content)) return null;
        ScanConfigurations(content, Configuration, place, run);
        ScanConfigurations(content, ConfigurationOfKeras3, place, run);
        run.Add(
            place, ScanVerdict.Unknown, FindingCode.Unreadable,
                "It is a file of HDF5, which may hold code or links where a scan does not see them.",
            "Save the model in Keras's own format without HDF5, as safetensors or ONNX; or let a person decide.");
        return Format;
    }

    /// <summary>It may begin behind a block of the user's own: at 512 bytes, and each time at twice as many.</summary>
    private static bool IsAtLaterBlock(Content content)
    {
        Span<byte> mark = stackalloc byte[8];
        for (var at = 512L; at + mark.Length <= content.Length && at > 0; at *= 2)
            if (content.Read(at, mark) == mark.Length && mark.SequenceEqual(Mark)) return true;
        return false;
    }

    private static void ScanConfigurations(Content content, ReadOnlySpan<byte> begin, ScanPlace place, ScanRun run)
    {
        const int found = 16;
        var at = 0L;
        for (var count = 0; count < found; count++)
        {
            if (Marks.Next(content, at, content.Length, begin) is not { } next) return;
            at = next + KerasScan.ScanConfigurationAt(content, next, place, run);
        }
    }
}
