using System.Text;

namespace Weighhouse.Web.Files;

/// <summary>The first rows of comma or tab separated text (RFC 4180), forgiving what is not quite that.</summary>
internal static class SeparatedText
{
    public static IReadOnlyList<IReadOnlyList<string>> Read(string text, char separator, int rowsMax, int columnsMax)
    {
        var rows = new List<IReadOnlyList<string>>();
        var row = new List<string>();
        var cell = new StringBuilder();
        var isQuoted = false;
        for (var i = 0; i < text.Length && rows.Count < rowsMax; i++)
        {
            var character = text[i];
            if (isQuoted)
            {
                if (character is not '"') cell.Append(character);
                else if (i + 1 < text.Length && text[i + 1] is '"') cell.Append(text[i++]);
                else isQuoted = false;
            }
            else if (character is '"' && cell.Length == 0)
            {
                isQuoted = true;
            }
            else if (character == separator)
            {
                EndCell();
            }
            else if (character is '\n')
            {
                EndRow();
            }
            else if (character is not '\r')
            {
                cell.Append(character);
            }
        }

        if (rows.Count < rowsMax && (row.Count > 0 || cell.Length > 0)) EndRow();
        return rows;

        void EndCell()
        {
            if (row.Count < columnsMax) row.Add(cell.ToString());
            cell.Clear();
        }

        void EndRow()
        {
            EndCell();
            rows.Add(row);
            row = [];
        }
    }
}
