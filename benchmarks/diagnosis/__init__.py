"""Made-up clients with one planted problem each: is it the first item of their plan, and do clean ones get none?"""
