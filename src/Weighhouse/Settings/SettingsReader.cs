using System.Text.Json;
using Weighhouse.Kernel;

namespace Weighhouse.Settings;

/// <summary>Reads the settings from options, environment and file, and reports everything that is wrong at once.</summary>
internal static class SettingsReader
{
    private const int FileSizeMaxBytes = 1 << 20;

    /// <param name="options">What the command line said, by setting name.</param>
    /// <param name="environment">Usually <see cref="Environment.GetEnvironmentVariable(string)"/>.</param>
    /// <param name="file">The configuration file; null when none was named.</param>
    public static Result<SettingValues> Read(
        IReadOnlyDictionary<string, string> options, Func<string, string?> environment, string? file)
    {
        var errors = new List<string>();
        var fromFile = file is null ? [] : ReadFile(file, errors);
        var values = new Dictionary<string, SettingValue>(StringComparer.Ordinal);
        foreach (var setting in ServerSetting.All)
        {
            var value = Pick(setting, options, environment, fromFile, file);
            if (value.Text is not null && setting.Check(value.Text) is { } wrong)
                errors.Add(setting.IsSecret ? $"{value.Source}: the value {wrong}." : $"{value.Source}: '{value.Text}' {wrong}.");
            values[setting.Name] = value;
        }

        return errors.Count == 0
            ? new SettingValues(values)
            : Error.Invalid(string.Join(Environment.NewLine, errors));
    }

    private static SettingValue Pick(
        Setting setting,
        IReadOnlyDictionary<string, string> options,
        Func<string, string?> environment,
        Dictionary<string, string> fromFile,
        string? file)
    {
        if (options.TryGetValue(setting.Name, out var option)) return new SettingValue(option, $"--{setting.Name}");
        if (environment(setting.EnvironmentName) is { } variable) return new SettingValue(variable, setting.EnvironmentName);
        if (fromFile.TryGetValue(setting.Name, out var entry)) return new SettingValue(entry, $"'{setting.Name}' in {file}");
        return new SettingValue(setting.Default, "default");
    }

    private static Dictionary<string, string> ReadFile(string file, List<string> errors)
    {
        var entries = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            if (new FileInfo(file).Length > FileSizeMaxBytes)
            {
                errors.Add($"{file}: is larger than {FileSizeMaxBytes} bytes; a configuration file is a small JSON object.");
                return entries;
            }

            using var document = JsonDocument.Parse(
                File.ReadAllBytes(file), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip,
                AllowTrailingCommas = true });
            if (document.RootElement.ValueKind is not JsonValueKind.Object)
            {
                errors.Add($"{file}: is not a JSON object.");
                return entries;
            }

            foreach (var property in document.RootElement.EnumerateObject()) Take(property, entries, file, errors);
        }
        catch (JsonException exception)
        {
            errors.Add($"{file}: is not JSON: {exception.Message}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            errors.Add($"{file}: cannot be read: {exception.Message}");
        }

        return entries;
    }

    private static void Take(JsonProperty property, Dictionary<string, string> entries, string file, List<string> errors)
    {
        if (ServerSetting.All.All(setting => setting.Name != property.Name))
            errors.Add($"{file}: '{property.Name}' is not a setting; the settings are "
                + $"{string.Join(", ", ServerSetting.All.Select(setting => setting.Name))}.");
        else if (property.Value.ValueKind is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False)
            entries[property.Name] = property.Value.ToString();
        else
            errors.Add($"{file}: '{property.Name}' must be a text or a number.");
    }
}
