"""The register of companies (CVR): read in three shapes, kept in one way, and asked again at night."""
