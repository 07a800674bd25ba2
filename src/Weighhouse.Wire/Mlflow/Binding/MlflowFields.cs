using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Weighhouse.Kernel;
using Weighhouse.Tracking;

namespace Weighhouse.Wire.Mlflow.Binding;

/// <summary>
/// The fields of one request, from its JSON body or its query string. Names are taken in snake_case and lowerCamelCase, whole numbers and
/// doubles also as strings, enumerations by name or number; unknown fields are ignored and null is absent, as protobuf does. Asking for a
/// field that is missing or wrong notes the first problem and answers a default: the request is refused before anything acts on it.
/// </summary>
internal sealed class MlflowFields
{
    private readonly JsonElement _object;
    private readonly IQueryCollection? _query;
    private readonly HttpContext _http;
    private readonly string _path;
    private readonly int _listLengthMax;

    public MlflowFields(HttpContext http, JsonElement body, int listLengthMax)
        : this(http, body, null, "", new FieldProblems(), listLengthMax)
    {
    }

    public MlflowFields(HttpContext http, IQueryCollection query, int listLengthMax)
        : this(http, default, query, "", new FieldProblems(), listLengthMax)
    {
    }

    private MlflowFields(
        HttpContext http, JsonElement body, IQueryCollection? query, string path, FieldProblems problems, int listLengthMax)
    {
        _http = http;
        _object = body;
        _query = query;
        _path = path;
        Problems = problems;
        _listLengthMax = listLengthMax;
    }

    public FieldProblems Problems { get; }

    /// <summary>Null when the field is absent; an empty text is one.</summary>
    public string? Text(string name) => Find(name, out var value) ? value.Text(_path + name, Problems) : null;

    /// <summary>Null when the field is absent or an empty text, where that says nothing.</summary>
    public string? TextOrNull(string name) => Text(name) is { Length: > 0 } text ? text : null;

    /// <summary>A text that must be there and not be empty: protobuf cannot tell the two apart.</summary>
    public string Required(string name)
    {
        var text = Text(name);
        if (string.IsNullOrEmpty(text)) Problems.Missing(_path + name);
        return text ?? "";
    }

    /// <summary>2 or 3 when MLflow's own client asks; null for any other.</summary>
    public int? ClientMajor => ClientVersion.MajorOf(_http.Request);

    /// <summary>A parameter in the path of the URL.</summary>
    public string Route(string name) => _http.Request.RouteValues[name] as string ?? "";

    /// <summary>The run: old clients call the field run_uuid.</summary>
    public RunId Run()
    {
        var text = Text("run_id");
        if (string.IsNullOrEmpty(text)) text = Text("run_uuid");
        if (string.IsNullOrEmpty(text)) Problems.Missing(_path + "run_id");
        return new RunId(text ?? "");
    }

    public long? Long(string name) => Find(name, out var value) ? value.Long(_path + name, Problems) : null;

    public long RequiredLong(string name)
    {
        if (!Find(name, out var value) || value.IsEmptyText)
        {
            Problems.Missing(_path + name);
            return 0;
        }

        return value.Long(_path + name, Problems) ?? 0;
    }

    public double RequiredDouble(string name)
    {
        if (!Find(name, out var value) || value.IsEmptyText)
        {
            Problems.Missing(_path + name);
            return 0;
        }

        return value.Double(_path + name, Problems);
    }

    public bool Flag(string name) => Find(name, out var value) && value.Bool(_path + name, Problems);

    /// <summary>A list's length limit in MLflow's words; <paramref name="absent"/> when the field is not there.</summary>
    public int PageSize(string name, int absent, int max)
    {
        if (!Find(name, out var value)) return absent;
        var number = value.Long(_path + name, Problems) ?? absent;
        if (number > max) Problems.Wrong(_path + name, number.ToString(CultureInfo.InvariantCulture), $"It must be at most {max}");
        else if (number < 1) Problems.Wrong(_path + name, number.ToString(CultureInfo.InvariantCulture), "It must be a positive integer");
        return (int)Math.Clamp(number, 1, max);
    }

    public PageRequest Page(int absent, int max) => new(PageSize("max_results", absent, max), TextOrNull("page_token"));

    /// <summary>Old clients send numbers for experiment ids. What is not a number names no experiment.</summary>
    public ExperimentId Experiment(string name)
    {
        var text = Find(name, out var value) ? value.TextOrNumber(_path + name, Problems) : null;
        if (string.IsNullOrEmpty(text)) Problems.Missing(_path + name);
        else if (ExperimentId.TryParse(text, out var id)) return id;
        else Problems.Add(Error.NotFound($"No Experiment with id={text} exists"));
        return default;
    }

    /// <summary>Those of the ids that can be one; others match nothing.</summary>
    public IReadOnlyList<ExperimentId> Experiments(string name)
    {
        var ids = new List<ExperimentId>();
        foreach (var text in List(name, static (value, path, problems) => value.TextOrNumber(path, problems)))
            if (ExperimentId.TryParse(text, out var id)) ids.Add(id);
        return ids;
    }

    public IReadOnlyList<string> Texts(string name) => List(name, static (value, path, problems) => value.Text(path, problems) ?? "");

    /// <summary>Absent, or a list of objects bound by <paramref name="bind"/>.</summary>
    public IReadOnlyList<T> Items<T>(string name, Func<MlflowFields, T> bind) =>
        List(name, (value, path, problems) => bind(new MlflowFields(
            _http, value.Object(path, problems), null, path + ".", problems, _listLengthMax)));

    /// <summary>An object inside this one; one without fields when it is absent.</summary>
    public MlflowFields Inner(string name)
    {
        var inner = Find(name, out var value) ? value.Object(_path + name, Problems) : default;
        return new MlflowFields(_http, inner, null, $"{_path}{name}.", Problems, _listLengthMax);
    }

    public IReadOnlyList<Tag> Tags(string name) => Items(name, static tag => tag.Tag());

    /// <summary>The fields key and value.</summary>
    public Tag Tag() => new(Required("key"), Text("value") ?? "");

    public IReadOnlyList<Param> Params(string name) =>
        Items(name, static parameter => new Param(parameter.Required("key"), parameter.Text("value") ?? ""));

    /// <summary>One of the words, by its name or its number; null when absent.</summary>
    public T? Word<T>(string name, params ReadOnlySpan<(string Word, int Number, T Value)> words)
        where T : struct
    {
        if (!Find(name, out var value)) return null;
        var text = value.TextOrNumber(_path + name, Problems);
        var isNumber = int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number);
        var known = new StringBuilder();
        foreach (var (word, wordNumber, meaning) in words)
        {
            if (text == word || (isNumber && number == wordNumber)) return meaning;
            known.Append(known.Length > 0 ? ", " : "").Append(word);
        }

        Problems.Wrong(_path + name, value.Shown, $"It must be one of {known}.");
        return null;
    }

    public StageView View(string name) =>
        Word(name, ("ACTIVE_ONLY", 1, StageView.ActiveOnly), ("DELETED_ONLY", 2, StageView.DeletedOnly), ("ALL", 3, StageView.All))
        ?? StageView.ActiveOnly;

    /// <summary>Whether the field is there at all.</summary>
    public bool Has(string name) => Find(name, out _);

    private List<T> List<T>(string name, Func<FieldValue, string, FieldProblems, T> read)
    {
        var items = new List<T>();
        if (!Find(name, out var value)) return items;
        var index = 0;
        foreach (var item in value.Elements(_path + name, Problems))
        {
            if (index >= _listLengthMax)
            {
                Problems.Add(Error.Invalid($"'{_path}{name}' has more than {_listLengthMax} elements. Split it across requests.", name));
                break;
            }

            items.Add(read(item, $"{_path}{name}[{index++}]", Problems));
        }

        return items;
    }

    private bool Find(string name, out FieldValue value)
    {
        value = default;
        if (_query is not null)
        {
            if (!_query.TryGetValue(name, out var texts) && !_query.TryGetValue(CamelCase.Of(name), out texts)) return false;
            value = new FieldValue(texts);
            return true;
        }

        if (_object.ValueKind is not JsonValueKind.Object) return false;
        if (!_object.TryGetProperty(name, out var element) && !_object.TryGetProperty(CamelCase.Of(name), out element)) return false;
        if (element.ValueKind is JsonValueKind.Null) return false;
        value = new FieldValue(element);
        return true;
    }
}
