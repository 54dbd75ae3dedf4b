namespace DriverSdk.Contract.PageTables;

/// <summary>What a page-table entry is, once decoded.</summary>
internal enum EntryKind
{
    /// <summary>It maps nothing and points nowhere.</summary>
    Empty,

    /// <summary>It points to a table one level down.</summary>
    Table,

    /// <summary>It maps a page.</summary>
    Leaf,
}
