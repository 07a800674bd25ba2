using System.Text.Json;
using System.Text.Json.Serialization;
using Weighhouse.Blobs.Packs;

namespace Weighhouse.Blobs.Care;

/// <summary>
/// What the last collection and the last measuring found, kept in the store's folder for whoever opens it next. A report and nothing
/// else: without it nothing is lost but the figures.
/// </summary>
internal sealed class CareReport(PackFolder folder)
{
    private readonly Lock _lock = new();

    private string FilePath => Path.Combine(folder.Folder, "report.json");

    public CareReportFile Read()
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(FilePath), CareReportJson.Default.CareReportFile) ?? new CareReportFile();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or JsonException)
        {
            return new CareReportFile();
        }
    }

    public void Write(CollectionStep step) => Change(file => file with { Collection = step });

    public void Write(StoreUsage usage) => Change(file => file with { Usage = usage });

    private void Change(Func<CareReportFile, CareReportFile> change)
    {
        lock (_lock)
        {
            try
            {
                var json = JsonSerializer.SerializeToUtf8Bytes(change(Read()), CareReportJson.Default.CareReportFile);
                PackFolder.WriteWhole(FilePath, json);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                // What was done is done; that the figures cannot be kept is no reason to call it a failure.
            }
        }
    }
}

internal sealed record CareReportFile(CollectionStep? Collection = null, StoreUsage? Usage = null);

[JsonSerializable(typeof(CareReportFile))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
internal sealed partial class CareReportJson : JsonSerializerContext;
