namespace DriverSdk.PlantedDefects;

/// <summary>How a campaign is run.</summary>
/// <param name="Root">The repository.</param>
/// <param name="Tree">Folder of a copied tree that is kept; empty for one that goes at the end.</param>
/// <param name="TestLimit">After which a test counts as hanging.</param>
/// <param name="TimeLimit">After which no further defect is planted.</param>
internal sealed record CampaignOptions(string Root, string Tree, TimeSpan TestLimit, TimeSpan TimeLimit);
