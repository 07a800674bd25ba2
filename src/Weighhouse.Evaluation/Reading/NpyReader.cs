using System.IO.Compression;
using Weighhouse.Kernel;

namespace Weighhouse.Evaluation.Reading;

/// <summary>
/// Rows of arrays that are equally long. A column is called as its array; where an array has several, NAME[0], NAME[1] and so on. A single
/// array is called "values".
/// </summary>
internal sealed class NpyReader : RowReader
{
    private const int ArraysMax = 2_048;

    private readonly List<string> _columns = [];
    private readonly List<(NpyArray Array, int Column)> _places = [];
    private readonly long _rows;
    private long _row;

    private NpyReader(IReadOnlyList<(string Name, NpyArray Array)> arrays)
    {
        _rows = arrays.Count == 0 ? 0 : arrays[0].Array.Rows;
        foreach (var (name, array) in arrays)
            for (var column = 0; column < array.Width; column++)
            {
                _columns.Add(array.Width == 1 ? name : $"{name}[{column}]");
                _places.Add((array, column));
            }
    }

    public override IReadOnlyList<string> Columns => _columns;

    public override long Row => _row;

    public override string Place => $"row {_row}";

    public static Result<RowReader> OpenArray(Stream content, ReadingLimits limits)
    {
        using (content)
        {
            return NpyArray.Read(content, "values", limits.ArrayValuesMax).Map(
                static array => (RowReader)new NpyReader([("values", array)]));
        }
    }

    public static Result<RowReader> OpenArchive(Stream content, ReadingLimits limits)
    {
        using (content)
        {
            try
            {
                using var archive = new ZipArchive(content, ZipArchiveMode.Read);
                return ReadArchive(archive, limits);
            }
            catch (InvalidDataException damage)
            {
                return Error.Invalid($"The rows are no archive of arrays: {damage.Message} Save them with numpy.savez.", "rows");
            }
        }
    }

    public override Result<bool> Read()
    {
        if (_row >= _rows) return false;
        _row++;
        return true;
    }

    public override bool IsMissing(int column) => _places[column] is var (array, place)
        && (array.IsText ? array.Text(_row - 1, place).Length == 0 : double.IsNaN(array.Number(_row - 1, place)));

    public override bool TryNumber(int column, out double value)
    {
        var (array, place) = _places[column];
        value = array.IsText ? 0 : array.Number(_row - 1, place);
        return !array.IsText || double.TryParse(
            array.Text(_row - 1, place), System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture,
                out value);
    }

    public override string Text(int column)
    {
        var (array, place) = _places[column];
        return array.Text(_row - 1, place);
    }

    public override void Dispose()
    {
    }

    private static Result<RowReader> ReadArchive(ZipArchive archive, ReadingLimits limits)
    {
        if (archive.Entries.Count is 0 or > ArraysMax)
            return Error.Invalid($"The archive has {archive.Entries.Count} arrays; 1 to {ArraysMax} are read.", "rows");
        var (arrays, left) = (new List<(string, NpyArray)>(), limits.ArrayValuesMax);
        foreach (var entry in archive.Entries)
        {
            var name = Path.ChangeExtension(entry.FullName, null);
            using var stream = entry.Open();
            if (!NpyArray.Read(stream, name, left).TryGet(out var array, out var error)) return error;
            left -= array.Rows * array.Width;
            if (arrays.Count > 0 && arrays[0] is var (first, other) && other.Rows != array.Rows)
            {
                return Error.Invalid(
                    $"The array '{name}' has {array.Rows} rows and '{first}' has {other.Rows}; all of an archive are of the same rows.",
                        "rows");
            }

            arrays.Add((name, array));
        }

        return new NpyReader(arrays);
    }
}
